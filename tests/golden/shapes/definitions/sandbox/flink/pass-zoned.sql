-- generated from topology.yaml: edit that
SET 'pipeline.name' = 'pass-zoned';
SET 'pipeline.global-job-parameters' = 'streamatlas.digest:f40e1313975cbae1';
SET 'parallelism.default' = '1';
SET 'table.local-time-zone' = 'UTC';
SET 'table.optimizer.agg-phase-strategy' = 'ONE_PHASE';
SET 'execution.checkpointing.interval' = '30 s';
SET 'execution.checkpointing.timeout' = '5 min';
SET 'execution.checkpointing.dir' = '$FLINK_STATE/pass-zoned/checkpoints';
SET 'execution.checkpointing.externalized-checkpoint-retention' = 'RETAIN_ON_CANCELLATION';
SET 'restart-strategy.type' = 'exponential-delay';
SET 'restart-strategy.exponential-delay.initial-backoff' = '1 s';
SET 'restart-strategy.exponential-delay.max-backoff' = '2 min';
SET 'restart-strategy.exponential-delay.reset-backoff-threshold' = '10 min';

CREATE TEMPORARY TABLE kafka_main WITH (
  'properties.bootstrap.servers' = '$KAFKA_ADDRESS',
  'properties.security.protocol' = 'SASL_PLAINTEXT',
  'properties.sasl.mechanism' = 'SCRAM-SHA-512',
  'properties.sasl.jaas.config' = 'org.apache.flink.kafka.shaded.org.apache.kafka.common.security.scram.ScramLoginModule required username="pass-zoned" password="$KAFKA_PASSWORD_PASS_ZONED";'
);

CREATE TEMPORARY TABLE kafka_out WITH (
  'connector' = 'kafka',
  'sink.delivery-guarantee' = 'exactly-once',
  'properties.transaction.timeout.ms' = '840000',
  'value.format' = 'json',
  'value.json.timestamp-format.standard' = 'ISO-8601',
  'value.json.encode.decimal-as-plain-number' = 'true'
) LIKE kafka_main;

CREATE TEMPORARY TABLE zoned_wire (
  customer STRING,
  tier STRING,
  changed_at STRING,
  changed_at_utc AS TO_TIMESTAMP_LTZ(changed_at, 'yyyy-MM-dd''T''HH:mm:ss[.SSS]', 'Asia/Tokyo'),
  PRIMARY KEY (customer) NOT ENFORCED
) WITH (
  'connector' = 'upsert-kafka',
  'topic' = 'zoned',
  'properties.group.id' = 'pass-zoned',
  'properties.isolation.level' = 'read_committed',
  'key.format' = 'raw',
  'value.format' = 'json',
  'value.json.timestamp-format.standard' = 'ISO-8601',
  'value.json.ignore-parse-errors' = 'true'
) LIKE kafka_main;

CREATE TEMPORARY VIEW zoned AS
SELECT customer, tier, changed_at_utc AS changed_at
FROM zoned_wire;

CREATE TEMPORARY TABLE zoned_out (
  customer STRING,
  tier STRING,
  changed_at STRING,
  PRIMARY KEY (customer) NOT ENFORCED
) WITH (
  'connector' = 'upsert-kafka',
  'topic' = 'zoned-out',
  'key.format' = 'raw',
  'sink.transactional-id-prefix' = 'pass-zoned/zoned-out'
) LIKE kafka_out;

EXECUTE STATEMENT SET BEGIN

  INSERT INTO zoned_out
  SELECT customer, tier, REPLACE(CONVERT_TZ(DATE_FORMAT(changed_at, 'yyyy-MM-dd HH:mm:ss'), 'UTC', 'America/St_Johns'), ' ', 'T') || DATE_FORMAT(changed_at, '.SSS') AS changed_at
  FROM zoned;

END;
