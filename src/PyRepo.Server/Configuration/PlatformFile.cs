using System.Text.Json;

namespace PyRepo.Server.Configuration;

/// <summary>The operator's description of the cluster: <c>platform.json</c>.</summary>
/// <remarks>Generated JSON readers set missing properties to null, even if they have an initializer.</remarks>
sealed record PlatformFile
{
    /// <summary>The URLs of members that are not at their Services, by name.</summary>
    public Dictionary<string, Uri> Members { get; init => field = value ?? []; } = [];

    /// <summary>The hosts and CIDRs that upstreams may use. If it is empty, they may use any.</summary>
    public string[] AllowedDestinations { get; init => field = value ?? []; } = [];

    /// <summary>The addresses and ports of the cluster's API server. It is empty if they are not known.</summary>
    public string[] ApiServers { get; init => field = value ?? []; } = [];

    /// <summary>Reads the file. If there is none, the result is empty.</summary>
    public static PlatformFile Read(string path) => File.Exists(path)
        ? JsonSerializer.Deserialize(File.ReadAllBytes(path), PlatformJson.Default.PlatformFile) ?? new PlatformFile()
        : new PlatformFile();
}
