-- generated from topology.yaml: edit that
SET 'pipeline.name' = 'filter';
SET 'pipeline.global-job-parameters' = 'streamatlas.digest:5f9435be43a1f138';
SET 'parallelism.default' = '1';
SET 'table.local-time-zone' = 'UTC';
SET 'table.optimizer.agg-phase-strategy' = 'ONE_PHASE';
SET 'execution.checkpointing.interval' = '30 s';
SET 'execution.checkpointing.timeout' = '5 min';
SET 'execution.checkpointing.dir' = '$FLINK_STATE/filter/checkpoints';
SET 'execution.checkpointing.externalized-checkpoint-retention' = 'RETAIN_ON_CANCELLATION';
SET 'restart-strategy.type' = 'exponential-delay';
SET 'restart-strategy.exponential-delay.initial-backoff' = '1 s';
SET 'restart-strategy.exponential-delay.max-backoff' = '2 min';
SET 'restart-strategy.exponential-delay.reset-backoff-threshold' = '10 min';

CREATE TEMPORARY TABLE kafka_main WITH (
  'properties.bootstrap.servers' = '$KAFKA_ADDRESS',
  'properties.security.protocol' = 'SASL_PLAINTEXT',
  'properties.sasl.mechanism' = 'SCRAM-SHA-512',
  'properties.sasl.jaas.config' = 'org.apache.flink.kafka.shaded.org.apache.kafka.common.security.scram.ScramLoginModule required username="filter" password="$KAFKA_PASSWORD_FILTER";'
);

CREATE TEMPORARY TABLE kafka_in WITH (
  'connector' = 'kafka',
  'properties.group.id' = 'filter',
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

CREATE TEMPORARY TABLE paid (
  order_id STRING,
  customer STRING,
  currency STRING,
  amount DECIMAL(18, 2),
  `at` TIMESTAMP_LTZ(3)
) WITH (
  'topic' = 'paid',
  'key.format' = 'json',
  'key.json.timestamp-format.standard' = 'ISO-8601',
  'key.json.encode.decimal-as-plain-number' = 'true',
  'key.fields' = 'customer;currency',
  'sink.transactional-id-prefix' = 'filter/paid'
) LIKE kafka_out;

EXECUTE STATEMENT SET BEGIN

  INSERT INTO paid
  SELECT order_id, customer, currency, amount, `at`
  FROM orders
  WHERE (
  amount > 0 AND currency <> '$$X''--'  -- paid
  );

END;
