-- generated from topology.yaml: edit that
SET 'pipeline.name' = 'total-store';
SET 'pipeline.global-job-parameters' = 'streamatlas.digest:0a2e385797b7ceb2';
SET 'parallelism.default' = '1';
SET 'table.local-time-zone' = 'UTC';
SET 'table.exec.state.ttl' = '26 h';
SET 'table.optimizer.agg-phase-strategy' = 'ONE_PHASE';
SET 'execution.checkpointing.interval' = '30 s';
SET 'execution.checkpointing.timeout' = '5 min';
SET 'execution.checkpointing.dir' = '$FLINK_STATE/total-store/checkpoints';
SET 'execution.checkpointing.externalized-checkpoint-retention' = 'RETAIN_ON_CANCELLATION';
SET 'restart-strategy.type' = 'exponential-delay';
SET 'restart-strategy.exponential-delay.initial-backoff' = '1 s';
SET 'restart-strategy.exponential-delay.max-backoff' = '2 min';
SET 'restart-strategy.exponential-delay.reset-backoff-threshold' = '10 min';

CREATE TEMPORARY TABLE kafka_main WITH (
  'properties.bootstrap.servers' = '$KAFKA_ADDRESS',
  'properties.security.protocol' = 'SASL_PLAINTEXT',
  'properties.sasl.mechanism' = 'SCRAM-SHA-512',
  'properties.sasl.jaas.config' = 'org.apache.flink.kafka.shaded.org.apache.kafka.common.security.scram.ScramLoginModule required username="total-store" password="$KAFKA_PASSWORD_TOTAL_STORE";'
);

CREATE TEMPORARY TABLE kafka_in WITH (
  'connector' = 'kafka',
  'properties.group.id' = 'total-store',
  'properties.isolation.level' = 'read_committed',
  'scan.startup.mode' = 'earliest-offset',
  'format' = 'json',
  'json.timestamp-format.standard' = 'ISO-8601'
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

CREATE TEMPORARY VIEW store_totals_in AS
SELECT order_id, customer, currency, amount, `at`
FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY order_id ORDER BY now_at) AS n
  FROM (SELECT *, PROCTIME() AS now_at FROM orders)
)
WHERE n = 1;

EXECUTE STATEMENT SET BEGIN

  INSERT INTO store_totals
  SELECT customer, currency, SUM(amount) AS amount, FLOOR(`at` TO DAY) AS day_start
  FROM store_totals_in
  GROUP BY customer, currency, FLOOR(`at` TO DAY);

END;
