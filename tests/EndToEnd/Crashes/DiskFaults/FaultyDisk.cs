using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using EndToEnd.Crashes.PowerCuts;

namespace EndToEnd.Crashes.DiskFaults;

/// <summary>A server on a disk whose system calls can be made to fail, and which is traced.</summary>
public sealed class FaultyDisk : IAsyncDisposable
{
    /// <summary>The repository whose disk it is.</summary>
    public const string Repository = TracedServer.Repository;

    /// <summary>Only it.</summary>
    public const string Manifest = $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: {{Repository}} }
        """;

    /// <summary>The password of the user <c>publisher</c>.</summary>
    public const string Password = "a password of the publisher";

    readonly TemporaryFolder _folder = new();
    readonly SystemCallSupervisor _supervisor;

    FaultyDisk()
    {
        _supervisor = new SystemCallSupervisor(_folder);
        Server = null!;
    }

    /// <summary>The server.</summary>
    public PyRepoServer Server { get; private set; }

    /// <summary>The credentials of the user <c>publisher</c>.</summary>
    public static AuthenticationHeaderValue Credentials { get; } = TwineForm.Basic("publisher", Password);

    /// <summary>The changes that were asked for.</summary>
    public List<TracedChange> Changes { get; } = [];

    /// <summary>Starts it with the manifest of a repository of this name.</summary>
    public static async Task<FaultyDisk> StartAsync(string manifest)
    {
        var disk = new FaultyDisk();
        disk.Server = await PyRepoServer.StartBelowAsync(
            manifest, [.. SystemCallTrace.Command(disk._folder.At("trace"), all: true), .. disk._supervisor.Command]);
        return disk;
    }

    /// <summary>
    /// Starts a server on data that were put into the repository's folder before, while a call fails for good.
    /// </summary>
    /// <param name="manifest">The manifest of a repository of this name.</param>
    /// <param name="call">The call.</param>
    /// <param name="path">How its path ends.</param>
    /// <param name="putData">Puts data into the folder.</param>
    public static async Task<FaultyDisk> LaunchAsync(
        string manifest, string call, string path, Action<string> putData)
    {
        var disk = new FaultyDisk();
        disk._supervisor.Begin(new DiskFault(
            made => made.Name == call && made.Path.EndsWith(path, StringComparison.Ordinal),
            0, DiskFault.InputOutput, IsForGood: true));
        disk.Server = await PyRepoServer.LaunchBelowAsync(
            manifest, disk._supervisor.Command, data => putData(Path.Combine(data, Repository)));
        return disk;
    }

    /// <summary>Lets no call fail any more.</summary>
    public void Mend() => _supervisor.End();

    /// <summary>Does something, and returns where it called the system, each as often as it did.</summary>
    public async Task<IReadOnlyList<string>> RecordAsync(Func<Task> act)
    {
        _supervisor.Begin(new DiskFault(IsOnDisk, int.MaxValue, 0, false));
        await act();
        return [.. _supervisor.End().Matched.Select(GetSite)];
    }

    /// <summary>Does something while a call fails. Returns whether it was made.</summary>
    public async Task<bool> FailAsync(PlannedFault fault, Func<Task> act)
    {
        var (hasBegun, passed) = (false, 0);
        _supervisor.Begin(new DiskFault(
            call =>
            {
                if (!IsOnDisk(call))
                    return false;
                var isThere = GetSite(call) == fault.Site;
                hasBegun |= isThere && passed++ == fault.Skip;
                return hasBegun && (passed == fault.Skip + 1 && isThere || (fault.IsForGood && call.Writes));
            },
            0, fault.Error, fault.IsForGood));
        try
        {
            await act();
        }
        finally
        {
            _supervisor.End();
        }
        return hasBegun;
    }

    bool IsOnDisk(SupervisedCall call) =>
        (call.Path + "/").StartsWith(Server.GetFolder(Repository) + "/", StringComparison.Ordinal)
        && !call.Path.EndsWith("/.lock", StringComparison.Ordinal);

    /// <summary>A call, with the parts of its path that are never the same left out.</summary>
    string GetSite(SupervisedCall call)
    {
        var path = Path.GetRelativePath(Server.GetFolder(Repository), call.Path).Split('/');
        for (var i = 0; i < path.Length; i++)
        {
            path[i] = path[i] switch
            {
                ['@', ..] => "@ID",
                _ when i == 1 && path[0] == ".staging" => "NAME",
                ['n', 'e', 'w', '-', ..] => path[i].EndsWith(".jsonl", StringComparison.Ordinal) ? "NEW.jsonl" : "NEW",
                _ when path[i].EndsWith(".whl", StringComparison.Ordinal) => "FILE",
                var other => other,
            };
        }
        return $"{call.Name} {string.Join('/', path)}";
    }

    /// <summary>Sends a change, so that the trace shows when it was acknowledged.</summary>
    public async Task<int> SendAsync(HttpRequestMessage request, TracedChange change)
    {
        request.Headers.Add(TracedChange.Header, Changes.Count.ToString("0000", CultureInfo.InvariantCulture));
        Changes.Add(change);
        request.Headers.Authorization = Credentials;
        using (request)
        {
            using var answer = await Server.Http.SendAsync(request);
            change.Succeeded = answer.IsSuccessStatusCode;
            return (int)answer.StatusCode;
        }
    }

    /// <summary>How many failures of the disk <c>/status</c> tells of.</summary>
    public async Task<long> FailuresToldAsync()
    {
        using var status = JsonDocument.Parse(await Server.Http.GetStringAsync(new Uri(Server.Management, "status")));
        var repository = status.RootElement.GetProperty("repositories").EnumerateArray()
            .First(r => r.GetProperty("name").GetString() == Repository);
        return repository.TryGetProperty("diskFailure", out var failure) && failure.ValueKind is JsonValueKind.Object
            ? failure.GetProperty("count").GetInt64() : 0;
    }

    /// <summary>Stops the server, and reads what it did.</summary>
    public async Task<IReadOnlyList<SystemCall>> StopAsync()
    {
        await Server.StopAsync();
        var file = _folder.At("trace");
        await Eventually.IsAsync("the trace is complete", () => Task.FromResult(SystemCallTrace.IsComplete(file)));
        return [.. SystemCallTrace.Read(file)];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await _supervisor.DisposeAsync();
        _folder.Dispose();
    }
}
