-- generated from topology.yaml: edit that
SET 'pipeline.name' = 'total-of-both';
SET 'pipeline.global-job-parameters' = 'streamatlas.digest:a24e4a59457850eb';
SET 'parallelism.default' = '1';
SET 'table.local-time-zone' = 'UTC';
SET 'table.optimizer.agg-phase-strategy' = 'ONE_PHASE';
SET 'execution.checkpointing.interval' = '30 s';
SET 'execution.checkpointing.timeout' = '5 min';
SET 'execution.checkpointing.dir' = '$FLINK_STATE/total-of-both/checkpoints';
SET 'execution.checkpointing.externalized-checkpoint-retention' = 'RETAIN_ON_CANCELLATION';
SET 'restart-strategy.type' = 'exponential-delay';
SET 'restart-strategy.exponential-delay.initial-backoff' = '1 s';
SET 'restart-strategy.exponential-delay.max-backoff' = '2 min';
SET 'restart-strategy.exponential-delay.reset-backoff-threshold' = '10 min';

CREATE TEMPORARY TABLE kafka_main WITH (
  'properties.bootstrap.servers' = '$KAFKA_ADDRESS',
  'properties.security.protocol' = 'SASL_PLAINTEXT',
  'properties.sasl.mechanism' = 'SCRAM-SHA-512',
  'properties.sasl.jaas.config' = 'org.apache.flink.kafka.shaded.org.apache.kafka.common.security.scram.ScramLoginModule required username="total-of-both" password="$KAFKA_PASSWORD_TOTAL_OF_BOTH";'
);

CREATE TEMPORARY TABLE kafka_in WITH (
  'connector' = 'kafka',
  'properties.group.id' = 'total-of-both',
  'properties.isolation.level' = 'read_committed',
  'scan.startup.mode' = 'earliest-offset',
  'format' = 'json',
  'json.timestamp-format.standard' = 'ISO-8601'
) LIKE kafka_main;

CREATE TEMPORARY TABLE counts (
  customer STRING,
  currency STRING,
  amount DECIMAL(38, 2),
  hour_start TIMESTAMP_LTZ(3),
  PRIMARY KEY (customer, currency, hour_start) NOT ENFORCED
) WITH (
  'connector' = 'upsert-kafka',
  'topic' = 'counts',
  'properties.group.id' = 'total-of-both',
  'properties.isolation.level' = 'read_committed',
  'key.format' = 'json',
  'key.json.timestamp-format.standard' = 'ISO-8601',
  'key.json.encode.decimal-as-plain-number' = 'true',
  'value.format' = 'json',
  'value.json.timestamp-format.standard' = 'ISO-8601'
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

CREATE TEMPORARY TABLE store_totals (
  customer STRING,
  currency STRING,
  amount DECIMAL(38, 2),
  day_start TIMESTAMP(3),
  PRIMARY KEY (customer, currency, day_start) NOT ENFORCED
) WITH (
  'connector' = 'jdbc',
  'url' = '$POSTGRES_ADDRESS',
  'table-name' = 'totals',
  'username' = '$POSTGRES_USER',
  'password' = '$POSTGRES_PASSWORD',
  'sink.buffer-flush.max-rows' = '1000',
  'sink.buffer-flush.interval' = '1 s'
);

CREATE TEMPORARY VIEW sums_in AS
SELECT order_id, customer, currency, amount, `at`
FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY order_id ORDER BY now_at) AS n
  FROM (SELECT *, PROCTIME() AS now_at FROM orders)
)
WHERE n = 1;

CREATE TEMPORARY VIEW sums AS
SELECT customer, currency, SUM(amount) AS amount, window_start AS `at`, window_time
FROM TABLE(
  TUMBLE(TABLE sums_in, DESCRIPTOR(`at`), INTERVAL '1' HOUR)
)
GROUP BY customer, currency, window_start, window_end, window_time;

EXECUTE STATEMENT SET BEGIN

  INSERT INTO store_totals
  SELECT customer, currency, amount, day_start
  FROM (
    SELECT customer, currency, SUM(amount) AS amount, FLOOR(hour_start TO DAY) AS day_start
    FROM (
      SELECT customer, currency, amount, `at` AS hour_start FROM sums
      UNION ALL SELECT customer, currency, amount, hour_start FROM counts
    ) GROUP BY customer, currency, FLOOR(hour_start TO DAY)
  );

END;
