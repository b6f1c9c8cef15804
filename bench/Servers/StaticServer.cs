namespace Bench.Servers;

/// <summary>A server that hands out the files of one folder: the limit that an index is measured against.</summary>
sealed record StaticServer(string Name, Uri Address, IReadOnlyList<int> Processes);
