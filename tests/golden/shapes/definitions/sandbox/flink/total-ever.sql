-- generated from topology.yaml: edit that
SET 'pipeline.name' = 'total-ever';
SET 'pipeline.global-job-parameters' = 'streamatlas.digest:f1347816cb05480b';
SET 'parallelism.default' = '1';
SET 'table.local-time-zone' = 'UTC';
SET 'table.exec.state.ttl' = '7 d';
SET 'table.optimizer.agg-phase-strategy' = 'ONE_PHASE';
SET 'execution.checkpointing.interval' = '30 s';
SET 'execution.checkpointing.timeout' = '5 min';
SET 'execution.checkpointing.dir' = '$FLINK_STATE/total-ever/checkpoints';
SET 'execution.checkpointing.externalized-checkpoint-retention' = 'RETAIN_ON_CANCELLATION';
SET 'restart-strategy.type' = 'exponential-delay';
SET 'restart-strategy.exponential-delay.initial-backoff' = '1 s';
SET 'restart-strategy.exponential-delay.max-backoff' = '2 min';
SET 'restart-strategy.exponential-delay.reset-backoff-threshold' = '10 min';

CREATE TEMPORARY TABLE kafka_main WITH (
  'properties.bootstrap.servers' = '$KAFKA_ADDRESS',
  'properties.security.protocol' = 'SASL_PLAINTEXT',
  'properties.sasl.mechanism' = 'SCRAM-SHA-512',
  'properties.sasl.jaas.config' = 'org.apache.flink.kafka.shaded.org.apache.kafka.common.security.scram.ScramLoginModule required username="total-ever" password="$KAFKA_PASSWORD_TOTAL_EVER";'
);

CREATE TEMPORARY TABLE kafka_in WITH (
  'connector' = 'kafka',
  'properties.group.id' = 'total-ever',
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

CREATE TEMPORARY TABLE returns_wire (
  order_id STRING,
  customer STRING,
  currency STRING,
  amount DECIMAL(18, 2),
  `at` TIMESTAMP_LTZ(3),
  WATERMARK FOR `at` AS `at` - INTERVAL '26' HOUR
) WITH (
  'topic' = 'returns',
  'scan.watermark.idle-timeout' = '90 s',
  'json.ignore-parse-errors' = 'true'
) LIKE kafka_in;

CREATE TEMPORARY VIEW `returns` AS
SELECT order_id, customer, currency, amount, `at`
FROM returns_wire
WHERE order_id IS NOT NULL AND `at` IS NOT NULL;

CREATE TEMPORARY TABLE sums (
  customer STRING,
  currency STRING,
  amount DECIMAL(38, 2),
  orders BIGINT,
  PRIMARY KEY (customer, currency) NOT ENFORCED
) WITH (
  'connector' = 'upsert-kafka',
  'topic' = 'sums',
  'key.format' = 'json',
  'key.json.timestamp-format.standard' = 'ISO-8601',
  'key.json.encode.decimal-as-plain-number' = 'true',
  'sink.transactional-id-prefix' = 'total-ever/sums'
) LIKE kafka_out;

CREATE TEMPORARY TABLE store_sums (
  customer STRING,
  currency STRING,
  amount DECIMAL(38, 2),
  orders BIGINT,
  PRIMARY KEY (customer, currency) NOT ENFORCED
) WITH (
  'connector' = 'jdbc',
  'url' = '$POSTGRES_ADDRESS',
  'table-name' = 'sums',
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

CREATE TEMPORARY VIEW store_sums_in AS
SELECT order_id, customer, currency, amount, `at`
FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY order_id ORDER BY now_at) AS n
  FROM (SELECT *, PROCTIME() AS now_at FROM (
    SELECT order_id, customer, currency, amount, `at` FROM orders
    UNION ALL
    SELECT order_id, customer, currency, amount, `at` FROM `returns`
  ))
)
WHERE n = 1;

EXECUTE STATEMENT SET BEGIN

  INSERT INTO sums
  SELECT customer, currency, SUM(amount) AS amount, COUNT(*) AS orders
  FROM sums_in
  GROUP BY customer, currency;

  INSERT INTO store_sums
  SELECT customer, currency, SUM(amount) AS amount, COUNT(*) AS orders
  FROM store_sums_in
  GROUP BY customer, currency;

END;
