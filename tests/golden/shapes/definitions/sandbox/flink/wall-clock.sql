-- generated from topology.yaml: edit that
SET 'pipeline.name' = 'wall-clock';
SET 'pipeline.global-job-parameters' = 'streamatlas.digest:2ae8e12f050515ab';
SET 'parallelism.default' = '1';
SET 'table.local-time-zone' = 'UTC';
SET 'table.optimizer.agg-phase-strategy' = 'ONE_PHASE';
SET 'execution.checkpointing.interval' = '30 s';
SET 'execution.checkpointing.timeout' = '5 min';
SET 'execution.checkpointing.dir' = '$FLINK_STATE/wall-clock/checkpoints';
SET 'execution.checkpointing.externalized-checkpoint-retention' = 'RETAIN_ON_CANCELLATION';
SET 'restart-strategy.type' = 'exponential-delay';
SET 'restart-strategy.exponential-delay.initial-backoff' = '1 s';
SET 'restart-strategy.exponential-delay.max-backoff' = '2 min';
SET 'restart-strategy.exponential-delay.reset-backoff-threshold' = '10 min';

CREATE TEMPORARY TABLE kafka_main WITH (
  'properties.bootstrap.servers' = '$KAFKA_ADDRESS',
  'properties.security.protocol' = 'SASL_PLAINTEXT',
  'properties.sasl.mechanism' = 'SCRAM-SHA-512',
  'properties.sasl.jaas.config' = 'org.apache.flink.kafka.shaded.org.apache.kafka.common.security.scram.ScramLoginModule required username="wall-clock" password="$KAFKA_PASSWORD_WALL_CLOCK";'
);

CREATE TEMPORARY TABLE kafka_in WITH (
  'connector' = 'kafka',
  'properties.group.id' = 'wall-clock',
  'properties.isolation.level' = 'read_committed',
  'scan.startup.mode' = 'earliest-offset',
  'format' = 'json',
  'json.timestamp-format.standard' = 'ISO-8601'
) LIKE kafka_main;

CREATE TEMPORARY TABLE kafka_out WITH (
  'connector' = 'kafka',
  'sink.delivery-guarantee' = 'at-least-once',
  'properties.transaction.timeout.ms' = '840000',
  'value.format' = 'json',
  'value.json.timestamp-format.standard' = 'ISO-8601',
  'value.json.encode.decimal-as-plain-number' = 'true'
) LIKE kafka_main;

CREATE TEMPORARY TABLE clicks_wire (
  order_id STRING,
  customer STRING,
  currency STRING,
  amount DECIMAL(18, 2),
  `at` STRING,
  at_utc AS TO_TIMESTAMP_LTZ(`at`, 'yyyy-MM-dd''T''HH:mm:ss[.SSS]', 'America/Sao_Paulo'),
  WATERMARK FOR at_utc AS at_utc - INTERVAL '26' HOUR
) WITH (
  'topic' = 'clicks',
  'scan.watermark.idle-timeout' = '1 min',
  'json.ignore-parse-errors' = 'true'
) LIKE kafka_in;

CREATE TEMPORARY VIEW clicks AS
SELECT order_id, customer, currency, amount, at_utc AS `at`
FROM clicks_wire
WHERE order_id IS NOT NULL AND at_utc IS NOT NULL;

CREATE TEMPORARY TABLE `local` (
  order_id STRING,
  customer STRING,
  currency STRING,
  amount DECIMAL(18, 2),
  `at` STRING
) WITH (
  'topic' = 'local',
  'key.format' = 'json',
  'key.json.timestamp-format.standard' = 'ISO-8601',
  'key.json.encode.decimal-as-plain-number' = 'true',
  'key.fields' = 'customer;currency'
) LIKE kafka_out;

EXECUTE STATEMENT SET BEGIN

  INSERT INTO `local`
  SELECT order_id, customer, currency, amount, REPLACE(CONVERT_TZ(DATE_FORMAT(`at`, 'yyyy-MM-dd HH:mm:ss'), 'UTC', 'Asia/Kolkata'), ' ', 'T') || DATE_FORMAT(`at`, '.SSS') AS `at`
  FROM (
    SELECT *, ROW_NUMBER() OVER (PARTITION BY order_id ORDER BY now_at) AS n
    FROM (SELECT *, PROCTIME() AS now_at FROM clicks)
  )
  WHERE n = 1;

END;
