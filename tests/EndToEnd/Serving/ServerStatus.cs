using System.Text.Json;

namespace EndToEnd.Serving;

/// <summary>What the management port's <c>/status</c> says.</summary>
public sealed record ServerStatus
{
    public required string Hash { get; init; }

    public required IReadOnlyList<StatusProblem> Problems { get; init; }

    public required IReadOnlyList<string> NotSupportedYet { get; init; }

    public required IReadOnlyList<StatusProblem> BadReferences { get; init; }

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
