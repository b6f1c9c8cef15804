using System.Text.Json;

namespace PyRepo.Server.Configuration;

/// <summary>What the operator says of the cluster: <c>platform.json</c>.</summary>
/// <remarks>Generated JSON readers set what is missing to null, whatever the initializer says.</remarks>
sealed record PlatformFile
{
    /// <summary>Members that are not at their Services, by name.</summary>
    public Dictionary<string, Uri> Members { get; init => field = value ?? []; } = [];

    /// <summary>The hosts and CIDRs that upstreams may be at; empty: any.</summary>
    public string[] AllowedDestinations { get; init => field = value ?? []; } = [];

    /// <summary>The addresses and ports of the cluster's API server; empty: not known.</summary>
    public string[] ApiServers { get; init => field = value ?? []; } = [];

    /// <summary>Reads it; empty where there is none.</summary>
    public static PlatformFile Read(string path) => File.Exists(path)
        ? JsonSerializer.Deserialize(File.ReadAllBytes(path), PlatformJson.Default.PlatformFile) ?? new PlatformFile()
        : new PlatformFile();
}
