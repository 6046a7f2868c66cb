-- generated from topology.yaml: edit that
SET 'pipeline.name' = 'window-of-windows';
SET 'pipeline.global-job-parameters' = 'streamatlas.digest:2a450805a8b2fb6e';
SET 'parallelism.default' = '1';
SET 'table.local-time-zone' = 'UTC';
SET 'table.exec.state.ttl' = '7 d';
SET 'table.optimizer.agg-phase-strategy' = 'ONE_PHASE';
SET 'execution.checkpointing.interval' = '30 s';
SET 'execution.checkpointing.timeout' = '5 min';
SET 'execution.checkpointing.dir' = '$FLINK_STATE/window-of-windows/checkpoints';
SET 'execution.checkpointing.externalized-checkpoint-retention' = 'RETAIN_ON_CANCELLATION';
SET 'restart-strategy.type' = 'exponential-delay';
SET 'restart-strategy.exponential-delay.initial-backoff' = '1 s';
SET 'restart-strategy.exponential-delay.max-backoff' = '2 min';
SET 'restart-strategy.exponential-delay.reset-backoff-threshold' = '10 min';

CREATE TEMPORARY TABLE kafka_main WITH (
  'properties.bootstrap.servers' = '$KAFKA_ADDRESS',
  'properties.security.protocol' = 'SASL_PLAINTEXT',
  'properties.sasl.mechanism' = 'SCRAM-SHA-512',
  'properties.sasl.jaas.config' = 'org.apache.flink.kafka.shaded.org.apache.kafka.common.security.scram.ScramLoginModule required username="window-of-windows" password="$KAFKA_PASSWORD_WINDOW_OF_WINDOWS";'
);

CREATE TEMPORARY TABLE kafka_in WITH (
  'connector' = 'kafka',
  'properties.group.id' = 'window-of-windows',
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

CREATE TEMPORARY TABLE customers (
  customer STRING,
  tier STRING,
  changed_at TIMESTAMP_LTZ(3),
  PRIMARY KEY (customer) NOT ENFORCED,
  WATERMARK FOR changed_at AS changed_at - INTERVAL '1' MINUTE
) WITH (
  'connector' = 'upsert-kafka',
  'topic' = 'customers',
  'properties.group.id' = 'window-of-windows',
  'properties.isolation.level' = 'read_committed',
  'key.format' = 'raw',
  'value.format' = 'json',
  'value.json.timestamp-format.standard' = 'ISO-8601',
  'value.json.ignore-parse-errors' = 'true',
  'scan.watermark.idle-timeout' = '1 min'
) LIKE kafka_main;

CREATE TEMPORARY TABLE hourly (
  customer STRING,
  currency STRING,
  amount DECIMAL(38, 2),
  hour_start TIMESTAMP_LTZ(3)
) WITH (
  'topic' = 'hourly',
  'key.format' = 'raw',
  'key.fields' = 'customer',
  'sink.transactional-id-prefix' = 'window-of-windows/hourly'
) LIKE kafka_out;

CREATE TEMPORARY TABLE counts (
  customer STRING,
  currency STRING,
  amount DECIMAL(38, 2),
  hour_start TIMESTAMP_LTZ(3),
  PRIMARY KEY (customer, currency, hour_start) NOT ENFORCED
) WITH (
  'connector' = 'upsert-kafka',
  'topic' = 'counts',
  'key.format' = 'json',
  'key.json.timestamp-format.standard' = 'ISO-8601',
  'key.json.encode.decimal-as-plain-number' = 'true',
  'sink.transactional-id-prefix' = 'window-of-windows/counts'
) LIKE kafka_out;

CREATE TEMPORARY TABLE enriched (
  order_id STRING,
  customer STRING,
  currency STRING,
  amount DECIMAL(18, 2),
  `at` TIMESTAMP_LTZ(3),
  tier STRING,
  rate DOUBLE,
  tags ARRAY<STRING>
) WITH (
  'topic' = 'enriched',
  'key.format' = 'json',
  'key.json.timestamp-format.standard' = 'ISO-8601',
  'key.json.encode.decimal-as-plain-number' = 'true',
  'key.fields' = 'customer;currency',
  'sink.transactional-id-prefix' = 'window-of-windows/enriched'
) LIKE kafka_out;

CREATE TEMPORARY VIEW minutes_in AS
SELECT order_id, customer, currency, amount, `at`
FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY order_id ORDER BY now_at) AS n
  FROM (SELECT *, PROCTIME() AS now_at FROM orders)
)
WHERE n = 1;

CREATE TEMPORARY VIEW minutes AS
SELECT customer, currency, SUM(amount) AS amount, window_start AS `at`, window_time
FROM TABLE(
  TUMBLE(TABLE minutes_in, DESCRIPTOR(`at`), INTERVAL '1' MINUTE)
)
GROUP BY customer, currency, window_start, window_end, window_time;

CREATE TEMPORARY VIEW known AS
SELECT l.customer, l.currency, l.amount, l.`at`, l.window_time, r.tier
FROM minutes AS l
LEFT JOIN customers FOR SYSTEM_TIME AS OF l.window_time AS r
  ON r.customer = l.customer;

EXECUTE STATEMENT SET BEGIN

  INSERT INTO hourly
  SELECT customer, currency, SUM(amount) AS amount, window_start AS hour_start
  FROM TABLE(
    TUMBLE(TABLE minutes, DESCRIPTOR(window_time), INTERVAL '1' HOUR)
  )
  GROUP BY customer, currency, window_start, window_end;

  INSERT INTO counts
  SELECT customer, currency, SUM(amount) AS amount, FLOOR(window_time TO HOUR) AS hour_start
  FROM minutes
  GROUP BY customer, currency, FLOOR(window_time TO HOUR);

  INSERT INTO enriched
  SELECT customer AS order_id, customer, currency, CAST(amount AS DECIMAL(18, 2)) AS amount, `at`, tier, CAST(1 AS DOUBLE) AS rate, ARRAY[tier] AS tags
  FROM known;

END;
