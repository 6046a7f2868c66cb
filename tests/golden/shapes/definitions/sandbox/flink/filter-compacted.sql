-- generated from topology.yaml: edit that
SET 'pipeline.name' = 'filter-compacted';
SET 'pipeline.global-job-parameters' = 'streamatlas.digest:7b4f41235645248a';
SET 'parallelism.default' = '1';
SET 'table.local-time-zone' = 'UTC';
SET 'table.optimizer.agg-phase-strategy' = 'ONE_PHASE';
SET 'execution.checkpointing.interval' = '30 s';
SET 'execution.checkpointing.timeout' = '5 min';
SET 'execution.checkpointing.dir' = '$FLINK_STATE/filter-compacted/checkpoints';
SET 'execution.checkpointing.externalized-checkpoint-retention' = 'RETAIN_ON_CANCELLATION';
SET 'restart-strategy.type' = 'exponential-delay';
SET 'restart-strategy.exponential-delay.initial-backoff' = '1 s';
SET 'restart-strategy.exponential-delay.max-backoff' = '2 min';
SET 'restart-strategy.exponential-delay.reset-backoff-threshold' = '10 min';

CREATE TEMPORARY TABLE kafka_main WITH (
  'properties.bootstrap.servers' = '$KAFKA_ADDRESS',
  'properties.security.protocol' = 'SASL_PLAINTEXT',
  'properties.sasl.mechanism' = 'SCRAM-SHA-512',
  'properties.sasl.jaas.config' = 'org.apache.flink.kafka.shaded.org.apache.kafka.common.security.scram.ScramLoginModule required username="filter-compacted" password="$KAFKA_PASSWORD_FILTER_COMPACTED";'
);

CREATE TEMPORARY TABLE kafka_out WITH (
  'connector' = 'kafka',
  'sink.delivery-guarantee' = 'exactly-once',
  'properties.transaction.timeout.ms' = '840000',
  'value.format' = 'json',
  'value.json.timestamp-format.standard' = 'ISO-8601',
  'value.json.encode.decimal-as-plain-number' = 'true'
) LIKE kafka_main;

CREATE TEMPORARY TABLE moves (
  `from` STRING,
  `to` STRING,
  n BIGINT,
  now_at BYTES,
  `at` TIMESTAMP_LTZ(3),
  PRIMARY KEY (`from`, `to`) NOT ENFORCED
) WITH (
  'connector' = 'upsert-kafka',
  'topic' = 'moves',
  'properties.group.id' = 'filter-compacted',
  'properties.isolation.level' = 'read_committed',
  'key.format' = 'json',
  'key.json.timestamp-format.standard' = 'ISO-8601',
  'key.json.encode.decimal-as-plain-number' = 'true',
  'value.format' = 'json',
  'value.json.timestamp-format.standard' = 'ISO-8601'
) LIKE kafka_main;

CREATE TEMPORARY TABLE latest (
  `from` STRING,
  `to` STRING,
  n BIGINT,
  now_at BYTES,
  `at` TIMESTAMP_LTZ(3),
  PRIMARY KEY (`from`, `to`) NOT ENFORCED
) WITH (
  'connector' = 'upsert-kafka',
  'topic' = 'latest',
  'key.format' = 'json',
  'key.json.timestamp-format.standard' = 'ISO-8601',
  'key.json.encode.decimal-as-plain-number' = 'true',
  'sink.transactional-id-prefix' = 'filter-compacted/latest'
) LIKE kafka_out;

EXECUTE STATEMENT SET BEGIN

  INSERT INTO latest
  SELECT `from`, `to`, n, now_at, `at`
  FROM moves
  WHERE (n > 0);

END;
