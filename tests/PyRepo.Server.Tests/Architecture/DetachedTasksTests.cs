using System.Text.RegularExpressions;

namespace PyRepo.Server.Tests.Architecture;

/// <summary>
/// Work that outlives a request, or that others share, starts in one place, without what the request brought along.
/// </summary>
public sealed partial class DetachedTasksTests
{
    /// <summary>
    /// Where the caller waits for what it computes on another thread, which nobody shares; and where the work of a
    /// <c>Lazy</c> is such a task.
    /// </summary>
    static readonly string[] _exceptions =
    [
        "src/PyRepo.Server/Proxies/Files/FileFetcher.cs",
        "src/PyRepo.Server/Endpoints/Uploads/ContentReceiver.cs",
        "src/PyRepo.Server/Endpoints/Uploads/UploadDigests.cs",
    ];

    const string Detached = "src/PyRepo.Egress/DetachedTask.cs";
    const string Passed = "src/PyRepo.Egress/PassedProxies.cs";

    /// <summary>It marks work of the gate, which has started without what the request brought along.</summary>
    const string Gate = "src/PyRepo.Server/Platform/Admission/WorkGate.cs";

    [Fact]
    public void Only_a_detached_task_starts_work_that_outlives_a_request() => Assert.Empty(
        from line in Lines()
        where line.File != Detached && !_exceptions.Contains(line.File) && Start.IsMatch(line.Text)
        select $"{line.File}: {line.Text}");

    [Fact]
    public void Nothing_but_the_proxies_that_a_request_passed_flows_with_it() => Assert.Empty(
        from line in Lines()
        where line.File is not (Passed or Gate) && line.Text.Contains("AsyncLocal<", StringComparison.Ordinal)
        select $"{line.File}: {line.Text}");

    [Fact]
    public void The_exceptions_are_still_needed() =>
        Assert.All(_exceptions, file => Assert.Contains(Lines(), l => l.File == file && Start.IsMatch(l.Text)));

    [Theory]
    [InlineData("_refreshing = Task.Run(() => QueryAsync(key));")]
    [InlineData("_ = QueryAsync(key);")]
    [InlineData("_ = client.QueryAsync(key);")]
    [InlineData("_ = QueryAsync(key).ContinueWith(_ => Ended());")]
    [InlineData("readonly ConcurrentDictionary<string, Lazy<Task<int>>> _queries = new();")]
    [InlineData("Task.Factory.StartNew(() => Query(key));")]
    [InlineData("ThreadPool.QueueUserWorkItem(_ => Query(key));")]
    [InlineData("new Thread(() => Query(key)).Start();")]
    public void Another_way_to_start_work_would_be_found(string line) => Assert.Matches(Start, line);

    [Theory]
    [InlineData("_ = DetachedTask.Run(() => QueryAsync(key));")]
    [InlineData("_ = await QueryAsync(key);")]
    public void The_right_way_is_not_reported(string line) => Assert.DoesNotMatch(Start, line);

    static IEnumerable<(string File, string Text)> Lines() => ServerSources.CodeLines();

    [GeneratedRegex(
        @"(?<!Detached)Task\.Run\(|Task\.Factory|TaskFactory|ThreadPool\.QueueUserWorkItem|new Thread\("
            + @"|Lazy<(Value)?Task|_ = (?!await |DetachedTask\.)[\w.]*Async\(",
        RegexOptions.CultureInvariant)]
    static partial Regex Start { get; }
}
