using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Platform.Caching;
using PyRepo.Server.Proxies;
using PyRepo.Server.Proxies.Disk;
using PyRepo.Server.Proxies.Mirroring;
using PyRepo.Server.Proxies.Policies;
using PyRepo.Server.Proxies.Upstream;
using PyRepo.Server.Tests.Proxies.Upstream;
using PyRepo.Storage.Directories;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Proxies.Mirroring;

/// <summary>A mirror of an upstream whose list has serials, but no ETag.</summary>
public sealed class MirrorTests : IAsyncLifetime
{
    const int Projects = 30;
    readonly TemporaryFolder _folder = new();
    readonly FakeClock _clock = new();
    readonly MemoryBudget _budget = new(1 << 20);
    readonly SortedDictionary<string, int> _serials = new(StringComparer.Ordinal);
    readonly ConcurrentBag<string> _asked = [];
    readonly LogLines _log = new();
    ScriptedIndex _index = null!;
    CachedRepository? _proxy;
    TaskCompletionSource _counted = new();
    int _waiting;
    int _serial;

    public async ValueTask InitializeAsync()
    {
        _index = await ScriptedIndex.StartAsync();
        _index.Answer = AnswerAsync;
        _counted.SetResult();
        for (var i = 0; i < Projects; i++)
            Change(string.Create(CultureInfo.InvariantCulture, $"p{i:D2}"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_proxy is not null)
            await _proxy.DisposeAsync();
        await _index.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_list_with_the_known_serial_is_not_read_and_no_page_is_asked_for()
    {
        var mirror = await OpenAsync();
        await SyncAsync(mirror);
        Assert.Equal(
            (Projects, Projects), (mirror.Progress.ProjectsDone, mirror.Progress.ProjectsTotal));
        Assert.Equal(1 + 2 * Projects, TakeAsked().Count);
        await SyncAsync(mirror);
        Assert.Equal(["/simple/"], TakeAsked());
        var next = await OpenAsync();
        await SyncAsync(next);
        Assert.Equal(["/simple/"], TakeAsked());
        Assert.Equal(Projects, next.Progress.ProjectsDone);
        Assert.Equal(0, next.Progress.FilesFetched);
    }

    [Fact]
    public async Task Of_a_changed_project_the_page_and_the_new_file_are_asked_for_alone()
    {
        var mirror = await OpenAsync();
        await SyncAsync(mirror);
        TakeAsked();
        Change("p07");
        await SyncAsync(mirror);
        Assert.Equal(["/files/p07-31.tar.gz", "/simple/", "/simple/p07/"], TakeAsked());
    }

    [Fact]
    public async Task What_is_mirrored_is_counted_and_not_listed_in_memory_also_after_a_restart()
    {
        await SyncAsync(await OpenAsync());
        await _proxy!.FinishWritesAsync();
        var entries = _proxy.Entries;
        Assert.Equal((0, 2 * Projects), (entries.Count, entries.Mirrored.Count));
        var size = entries.Mirrored.Size;
        await OpenAsync();
        Assert.Equal((0, 2 * Projects), (_proxy.Entries.Count, _proxy.Entries.Mirrored.Count));
        Assert.Equal(size, _proxy.Entries.Mirrored.Size);
        await _proxy.GetProjectAsync(ProjectName.Parse("p01"), null, default);
        Assert.Equal(size, _proxy.Entries.Mirrored.Size);
    }

    [Theory]
    [InlineData("00000001.run")]
    [InlineData("state.json")]
    public async Task A_damaged_progress_is_rebuilt_and_said_and_nothing_is_fetched_again(string damaged)
    {
        await SyncAsync(await OpenAsync());
        await _proxy!.FinishWritesAsync();
        TakeAsked();
        await File.WriteAllTextAsync(_folder[$"mirror/{damaged}"], "garbage");
        _serials.Remove("p03"); // It is gone, too.
        _serial++;
        var mirror = await OpenAsync();
        await SyncAsync(mirror);
        // The list is asked for again to prove that the project is gone.
        Assert.Equal(["/simple/", "/simple/p03/"], TakeAsked().Distinct());
        Assert.Contains(mirror.Progress.Messages, m => m.Contains("rebuilt from the store", StringComparison.Ordinal));
        Assert.Contains(_log.TakeAll(), line => line.Contains("rebuilt from the store", StringComparison.Ordinal));
        Assert.Equal((Projects - 1, 0), (mirror.Progress.ProjectsDone, mirror.Progress.FailureCount));
        await SyncAsync(mirror);
        Assert.Empty(mirror.Progress.Messages);
        Assert.Equal(Projects - 1, (await mirror.ReadNamesAsync(default)).Count);
    }

    [Fact]
    public async Task Names_are_read_from_the_disk_before_the_first_pass()
    {
        await SyncAsync(await OpenAsync());
        var names = await (await OpenAsync()).ReadNamesAsync(default);
        Assert.Equal(_serials.Keys, names.Select(name => name.Value));
    }

    [Fact]
    public async Task A_pass_with_nothing_changed_ends_before_the_store_is_counted()
    {
        await SyncAsync(await OpenAsync());
        _counted = new TaskCompletionSource();
        var mirror = await OpenAsync();
        await SyncAsync(mirror);
        Assert.Equal((Projects, 1), (mirror.Progress.ProjectsDone, mirror.Progress.Passes));
    }

    [Fact]
    public async Task Nothing_is_fetched_before_the_store_is_counted()
    {
        await SyncAsync(await OpenAsync());
        Change("p07");
        (_counted, _waiting) = (new(TaskCreationOptions.RunContinuationsAsynchronously), 0);
        var mirror = await OpenAsync();
        TakeAsked();
        var pass = SyncAsync(mirror);
        await Eventually.IsAsync("the list", () => Task.FromResult(mirror.Progress.ProjectsTotal == Projects));
        await Eventually.IsAsync("the pass", () => Task.FromResult(_waiting > 0));
        Assert.Equal(["/simple/"], TakeAsked());
        _counted.SetResult();
        await pass;
        Assert.Equal(["/files/p07-31.tar.gz", "/simple/p07/"], TakeAsked());
    }

    async Task SyncAsync(Mirror mirror)
    {
        _clock.Advance(TimeSpan.FromHours(2));
        await mirror.SyncIfDueAsync(default);
        Assert.Empty(mirror.Progress.Messages.Where(m => m.Contains("could not", StringComparison.Ordinal)));
    }

    /// <summary>Opens what is in the folder, as a server does that starts.</summary>
    async Task<Mirror> OpenAsync()
    {
        if (_proxy is not null)
            await _proxy.DisposeAsync();
        var store = new DirectoryStore(_folder.Path);
        var client = new SimpleClient(_index.Settings, _clock, _log);
        var records = new ProjectRecords(store, _budget, _clock);
        await records.OpenAsync(default);
        var proxy = _proxy = new CachedRepository(
            client, store, records, _budget, new CacheSettings(), _clock, _log, default);
        var mirror = new Mirror(
            client, proxy, new FilteredRepository(proxy, _budget, _clock), store, _clock, _log)
        {
            Settings = new MirrorSettings(new MirrorScope([]), TimeSpan.FromHours(1)),
            UntilCountedAsync = token =>
            {
                Interlocked.Increment(ref _waiting);
                return _counted.Task.WaitAsync(token);
            },
        };
        proxy.Settings = proxy.Settings with { Mirrored = new MirroredKeys(mirror.Settings.Scope, mirror) };
        await proxy.Entries.CountAsync(async () =>
        {
            await records.ReadAllAsync(
                (project, history) =>
                {
                    foreach (var file in history.Visible)
                        proxy.CachedFiles.Register(project, file, used: null);
                },
                (_, error) => throw error, default);
            await proxy.CachedPages.ReadAsync(default);
        });
        return mirror;
    }

    List<string> TakeAsked()
    {
        List<string> asked = [.. _asked.Order(StringComparer.Ordinal)];
        _asked.Clear();
        return asked;
    }

    void Change(string project) => _serials[project] = ++_serial;

    async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        _asked.Add(path);
        if (path.StartsWith("/files/", StringComparison.Ordinal))
        {
            await context.Response.WriteAsync(path);
            return;
        }
        if (path != "/simple/")
        {
            var project = path.Split('/')[^2];
            await (_serials.TryGetValue(project, out var serial)
                ? PageAsync(context, project, serial) : ScriptedIndex.Status(context, 404));
            return;
        }
        context.Response.Headers["X-PyPI-Last-Serial"] = $"{_serial}";
        context.Response.ContentType = "application/vnd.pypi.simple.v1+json";
        var projects = _serials.Select(each => $$"""{ "name": "{{each.Key}}", "_last-serial": {{each.Value}} }""");
        await context.Response.WriteAsync($$"""
            { "meta": { "api-version": "1.1", "_last-serial": {{_serial}} }, "projects": [ {{string.Join(',', projects)}} ] }
            """);
    }

    static Task PageAsync(HttpContext context, string project, int serial)
    {
        context.Response.ContentType = "application/vnd.pypi.simple.v1+json";
        var file = $"{project}-{serial}.tar.gz";
        return context.Response.WriteAsync($$"""
            { "meta": { "api-version": "1.1", "_last-serial": {{serial}} }, "name": "{{project}}", "files": [
              { "filename": "{{file}}", "url": "/files/{{file}}", "upload-time": "2026-01-01T00:00:00Z", "hashes": {} } ] }
            """);
    }
}
