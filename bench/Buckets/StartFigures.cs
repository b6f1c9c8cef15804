namespace Bench.Buckets;

/// <summary>
/// One start: seconds to ready, then to the end of the first page; bytes of memory after it and at most.
/// </summary>
readonly record struct StartFigures(double Ready, double Page, long Resident, long Peak);
