using System.Text.Json;
using System.Text.Json.Serialization;

namespace EndToEnd.Serving;

/// <summary>What the management port's <c>/status</c> says.</summary>
public sealed record ServerStatus
{
    public required string Hash { get; init; }

    public required IReadOnlyList<string> Problems { get; init; }

    public required IReadOnlyList<string> NotSupportedYet { get; init; }

    public required IReadOnlyList<string> BadReferences { get; init; }

    public required IReadOnlyList<ServedStatus> Repositories { get; init; }

    /// <summary>What it says of one repository; fails the test where it says nothing.</summary>
    public ServedStatus this[string repository] => Assert.Single(Repositories, r => r.Name == repository);

    /// <summary>Asks for it.</summary>
    public static async Task<ServerStatus> ReadAsync(PyRepoServer server)
    {
        using var answer = await server.Http.GetAsync(new Uri(server.Management, "status"));
        answer.EnsureSuccessStatusCode();
        return JsonSerializer.Deserialize(await answer.Content.ReadAsStreamAsync(), StatusJson.Default.ServerStatus)!;
    }
}

/// <summary>What it says of one repository.</summary>
public sealed record ServedStatus
{
    public required string Name { get; init; }

    public required bool Ready { get; init; }

    public string? Message { get; init; }

    public int Projects { get; init; }

    public long Files { get; init; }

    /// <summary>Keys of files that are not adopted, with the reason.</summary>
    public required IReadOnlyDictionary<string, string> Refused { get; init; }
}

[JsonSerializable(typeof(ServerStatus))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
sealed partial class StatusJson : JsonSerializerContext;
