-- generated from topology.yaml: edit that
SET 'pipeline.name' = 'mixed';
SET 'pipeline.global-job-parameters' = 'streamatlas.digest:1c2055c9fb78b9ab';
SET 'parallelism.default' = '1';
SET 'table.local-time-zone' = 'UTC';
SET 'table.optimizer.agg-phase-strategy' = 'ONE_PHASE';
SET 'execution.checkpointing.interval' = '30 s';
SET 'execution.checkpointing.timeout' = '5 min';
SET 'execution.checkpointing.dir' = '$FLINK_STATE/mixed/checkpoints';
SET 'execution.checkpointing.externalized-checkpoint-retention' = 'RETAIN_ON_CANCELLATION';
SET 'restart-strategy.type' = 'exponential-delay';
SET 'restart-strategy.exponential-delay.initial-backoff' = '1 s';
SET 'restart-strategy.exponential-delay.max-backoff' = '2 min';
SET 'restart-strategy.exponential-delay.reset-backoff-threshold' = '10 min';

CREATE TEMPORARY TABLE kafka_main WITH (
  'properties.bootstrap.servers' = '$KAFKA_ADDRESS',
  'properties.security.protocol' = 'SASL_PLAINTEXT',
  'properties.sasl.mechanism' = 'SCRAM-SHA-512',
  'properties.sasl.jaas.config' = 'org.apache.flink.kafka.shaded.org.apache.kafka.common.security.scram.ScramLoginModule required username="mixed" password="$KAFKA_PASSWORD_MIXED";'
);

CREATE TEMPORARY TABLE kafka_in WITH (
  'connector' = 'kafka',
  'properties.group.id' = 'mixed',
  'properties.isolation.level' = 'read_committed',
  'scan.startup.mode' = 'earliest-offset',
  'format' = 'json',
  'json.timestamp-format.standard' = 'ISO-8601'
) LIKE kafka_main;

CREATE TEMPORARY TABLE kafka_out WITH (
  'connector' = 'kafka',
  'sink.delivery-guarantee' = 'exactly-once',
  'properties.transaction.timeout.ms' = '840000',
  'value.format' = 'json',
  'value.json.timestamp-format.standard' = 'ISO-8601',
  'value.json.encode.decimal-as-plain-number' = 'true'
) LIKE kafka_main;

CREATE TEMPORARY TABLE orders (
  order_id STRING,
  customer STRING,
  currency STRING,
  amount DECIMAL(18, 2),
  `at` TIMESTAMP_LTZ(3),
  WATERMARK FOR `at` AS `at` - INTERVAL '26' HOUR
) WITH (
  'topic' = 'orders',
  'scan.watermark.idle-timeout' = '1 min'
) LIKE kafka_in;

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
  'properties.group.id' = 'mixed',
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
  'sink.transactional-id-prefix' = 'mixed/latest'
) LIKE kafka_out;

CREATE TEMPORARY VIEW first AS
SELECT order_id, customer, currency, amount, `at`, customer AS `from`, currency AS `to`, CAST(1 AS BIGINT) AS n, CAST(NULL AS BYTES) AS now_at
FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY order_id ORDER BY now_at) AS n
  FROM (SELECT *, PROCTIME() AS now_at FROM orders)
)
WHERE n = 1;

EXECUTE STATEMENT SET BEGIN

  INSERT INTO latest
  SELECT `from`, `to`, n, now_at, `at`
  FROM first;

  INSERT INTO latest /*+ OPTIONS('sink.transactional-id-prefix' = 'mixed/latest/2') */
  SELECT `from`, `to`, n, now_at, `at`
  FROM moves;

END;
