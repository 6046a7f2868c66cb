-- generated from topology.yaml: edit that
SET 'pipeline.name' = 'window-enriched';
SET 'pipeline.global-job-parameters' = 'streamatlas.digest:849f9f1208951e2d';
SET 'parallelism.default' = '1';
SET 'table.local-time-zone' = 'UTC';
SET 'table.optimizer.agg-phase-strategy' = 'ONE_PHASE';
SET 'execution.checkpointing.interval' = '30 s';
SET 'execution.checkpointing.timeout' = '5 min';
SET 'execution.checkpointing.dir' = '$FLINK_STATE/window-enriched/checkpoints';
SET 'execution.checkpointing.externalized-checkpoint-retention' = 'RETAIN_ON_CANCELLATION';
SET 'restart-strategy.type' = 'exponential-delay';
SET 'restart-strategy.exponential-delay.initial-backoff' = '1 s';
SET 'restart-strategy.exponential-delay.max-backoff' = '2 min';
SET 'restart-strategy.exponential-delay.reset-backoff-threshold' = '10 min';

CREATE TEMPORARY TABLE kafka_main WITH (
  'properties.bootstrap.servers' = '$KAFKA_ADDRESS',
  'properties.security.protocol' = 'SASL_PLAINTEXT',
  'properties.sasl.mechanism' = 'SCRAM-SHA-512',
  'properties.sasl.jaas.config' = 'org.apache.flink.kafka.shaded.org.apache.kafka.common.security.scram.ScramLoginModule required username="window-enriched" password="$KAFKA_PASSWORD_WINDOW_ENRICHED";'
);

CREATE TEMPORARY TABLE kafka_in WITH (
  'connector' = 'kafka',
  'properties.group.id' = 'window-enriched',
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

CREATE TEMPORARY TABLE customers (
  customer STRING,
  tier STRING,
  changed_at TIMESTAMP_LTZ(3),
  PRIMARY KEY (customer) NOT ENFORCED,
  WATERMARK FOR changed_at AS changed_at - INTERVAL '1' MINUTE
) WITH (
  'connector' = 'upsert-kafka',
  'topic' = 'customers',
  'properties.group.id' = 'window-enriched',
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
  'sink.transactional-id-prefix' = 'window-enriched/hourly'
) LIKE kafka_out;

CREATE TEMPORARY VIEW hourly_in AS
SELECT l.order_id, l.customer, l.currency, l.amount, l.`at`, r.tier
FROM (
  SELECT order_id, customer, currency, amount, `at`
  FROM (
    SELECT *, ROW_NUMBER() OVER (PARTITION BY order_id ORDER BY now_at) AS n
    FROM (SELECT *, PROCTIME() AS now_at FROM (
      SELECT order_id, customer, currency, amount, `at` FROM orders
      UNION ALL
      SELECT order_id, customer, currency, amount, `at` FROM clicks
    ))
  )
  WHERE n = 1 AND (amount > 0)
) AS l
LEFT JOIN customers FOR SYSTEM_TIME AS OF l.`at` AS r
  ON r.customer = l.customer;

EXECUTE STATEMENT SET BEGIN

  INSERT INTO hourly
  SELECT customer, currency, SUM(amount) FILTER (WHERE tier <> 'test') AS amount, window_start AS hour_start
  FROM TABLE(
    TUMBLE(TABLE hourly_in, DESCRIPTOR(`at`), INTERVAL '90' SECOND)
  )
  GROUP BY customer, currency, window_start, window_end;

END;
