-- generated from topology.yaml: edit that
SET 'pipeline.name' = 'edges';
SET 'pipeline.global-job-parameters' = 'streamatlas.digest:0798187812042eb7';
SET 'parallelism.default' = '1';
SET 'table.local-time-zone' = 'UTC';
SET 'table.optimizer.agg-phase-strategy' = 'ONE_PHASE';
SET 'execution.checkpointing.interval' = '30 s';
SET 'execution.checkpointing.timeout' = '5 min';
SET 'execution.checkpointing.dir' = '$FLINK_STATE/edges/checkpoints';
SET 'execution.checkpointing.externalized-checkpoint-retention' = 'RETAIN_ON_CANCELLATION';
SET 'restart-strategy.type' = 'exponential-delay';
SET 'restart-strategy.exponential-delay.initial-backoff' = '1 s';
SET 'restart-strategy.exponential-delay.max-backoff' = '2 min';
SET 'restart-strategy.exponential-delay.reset-backoff-threshold' = '10 min';

CREATE TEMPORARY TABLE kafka_main WITH (
  'properties.bootstrap.servers' = '$KAFKA_ADDRESS',
  'properties.security.protocol' = 'SASL_PLAINTEXT',
  'properties.sasl.mechanism' = 'SCRAM-SHA-512',
  'properties.sasl.jaas.config' = 'org.apache.flink.kafka.shaded.org.apache.kafka.common.security.scram.ScramLoginModule required username="edges" password="$KAFKA_PASSWORD_EDGES";'
);

CREATE TEMPORARY TABLE kafka_in WITH (
  'connector' = 'kafka',
  'properties.group.id' = 'edges',
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

CREATE TEMPORARY TABLE kept (
  order_id STRING,
  customer STRING,
  currency STRING,
  amount DECIMAL(18, 2),
  `at` TIMESTAMP_LTZ(3),
  WATERMARK FOR `at` AS `at` - INTERVAL '26' HOUR
) WITH (
  'topic' = 'orders',
  'properties.sasl.jaas.config' = 'org.apache.flink.kafka.shaded.org.apache.kafka.common.security.scram.ScramLoginModule required username="shop-reader" password="$KAFKA_PASSWORD_SHOP_READER";',
  'properties.group.id' = 'shop.other',
  'scan.watermark.idle-timeout' = '1 min'
) LIKE kafka_in;

CREATE TEMPORARY TABLE who (
  customer STRING,
  tier STRING,
  changed_at TIMESTAMP_LTZ(3),
  PRIMARY KEY (customer) NOT ENFORCED,
  WATERMARK FOR changed_at AS changed_at - INTERVAL '1' MINUTE
) WITH (
  'connector' = 'upsert-kafka',
  'topic' = 'customers',
  'properties.sasl.jaas.config' = 'org.apache.flink.kafka.shaded.org.apache.kafka.common.security.scram.ScramLoginModule required username="shop-reader" password="$KAFKA_PASSWORD_SHOP_READER";',
  'properties.group.id' = 'shop.who',
  'properties.isolation.level' = 'read_committed',
  'key.format' = 'raw',
  'value.format' = 'json',
  'value.json.timestamp-format.standard' = 'ISO-8601',
  'value.json.ignore-parse-errors' = 'true',
  'scan.watermark.idle-timeout' = '1 min'
) LIKE kafka_main;

CREATE TEMPORARY TABLE first (
  order_id STRING,
  customer STRING,
  currency STRING,
  amount DECIMAL(18, 2),
  `at` TIMESTAMP_LTZ(3)
) WITH (
  'topic' = 'paid',
  'properties.sasl.jaas.config' = 'org.apache.flink.kafka.shaded.org.apache.kafka.common.security.scram.ScramLoginModule required username="shop-writer" password="$KAFKA_PASSWORD_SHOP_WRITER";',
  'key.format' = 'json',
  'key.json.timestamp-format.standard' = 'ISO-8601',
  'key.json.encode.decimal-as-plain-number' = 'true',
  'key.fields' = 'customer;currency',
  'sink.transactional-id-prefix' = 'edges/paid'
) LIKE kafka_out;

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
  'key.fields' = 'customer;currency',
  'sink.delivery-guarantee' = 'at-least-once'
) LIKE kafka_out;

CREATE TEMPORARY TABLE `second` (
  customer STRING,
  currency STRING,
  amount DECIMAL(38, 2),
  hour_start TIMESTAMP_LTZ(3)
) WITH (
  'topic' = 'hourly',
  'key.format' = 'raw',
  'key.fields' = 'customer',
  'sink.transactional-id-prefix' = 'edges/hourly'
) LIKE kafka_out;

CREATE TEMPORARY TABLE third (
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
  'sink.delivery-guarantee' = 'at-least-once'
) LIKE kafka_out;

CREATE TEMPORARY VIEW once AS
SELECT order_id, customer, currency, amount, `at`
FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY order_id ORDER BY now_at) AS n
  FROM (SELECT *, PROCTIME() AS now_at FROM kept)
)
WHERE n = 1;

EXECUTE STATEMENT SET BEGIN

  INSERT INTO first
  SELECT order_id, customer, currency, amount, `at`
  FROM (
    SELECT *, ROW_NUMBER() OVER (PARTITION BY order_id ORDER BY now_at) AS n
    FROM (SELECT *, PROCTIME() AS now_at FROM kept)
  )
  WHERE n = 1;

  INSERT INTO `local`
  SELECT order_id, customer, currency, amount, REPLACE(CONVERT_TZ(DATE_FORMAT(`at`, 'yyyy-MM-dd HH:mm:ss'), 'UTC', 'Asia/Kolkata'), ' ', 'T') || DATE_FORMAT(`at`, '.SSS') AS `at`
  FROM kept;

  INSERT INTO `second`
  SELECT customer, currency, amount, hour_start
  FROM (
    SELECT customer, currency, SUM(amount) AS amount, window_end AS hour_start
    FROM TABLE(CUMULATE(TABLE once, DESCRIPTOR(`at`), INTERVAL '5' MINUTE, INTERVAL '1' HOUR))
    GROUP BY customer, currency, window_start, window_end
  );

  INSERT INTO third
  SELECT order_id, customer, currency, amount, `at`, tier, rate, tags
  FROM (
    SELECT k.*, w.tier, CAST(1 AS DOUBLE) AS rate, ARRAY[w.tier] AS tags FROM kept AS k JOIN who FOR SYSTEM_TIME AS OF k.`at` AS w ON k.customer = w.customer
  );

END;
