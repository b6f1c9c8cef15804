namespace Bench;

/// <summary>What is measured: each has a chapter of the results.</summary>
enum Subject
{
    Server,
    Operator,
    Tenants,
    Cluster,
    Hostile,
    Buckets,
    Large,
    Scale,
    Mirror,
}
