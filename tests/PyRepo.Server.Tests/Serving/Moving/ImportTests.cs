using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Resources.Hosted;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Hosted;
using PyRepo.Server.Serving.Moving;
using PyRepo.Server.Serving.Stores;
using PyRepo.Server.Tests.Content.Records;
using PyRepo.Server.Tests.Hosted;
using PyRepo.Storage.Directories;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Serving.Moving;

public sealed class ImportTests : IDisposable
{
    static readonly string _name = WheelFile.GetName("foo", "1.0");
    readonly TemporaryFolder _from = new();
    readonly HostedFolder _into = new();
    readonly ObservedStore _store;

    public ImportTests() => _store = new ObservedStore(new DirectoryStore(_into.Path));

    public void Dispose()
    {
        _from.Dispose();
        _into.Dispose();
    }

    [Fact]
    public async Task Files_are_imported_as_uploads_are_and_are_already_there_the_next_time()
    {
        string[] files = [Write("foo", "1.0"), Write("bar", "2.0")];
        Assert.All(await ImportAsync(files), file => Assert.Equal((null, false), (file.Rejection, file.WasThere)));
        Assert.All(await ImportAsync(files), file => Assert.Equal((null, true), (file.Rejection, file.WasThere)));
        await _into.OpenAsync();
        Assert.Equal(File.ReadAllBytes(files[0]), await _into.ReadAsync("foo", _name));
        Assert.Equal(2, (await _into.PackagesAsync()).Count);
    }

    [Fact]
    public async Task Nothing_is_imported_into_what_a_newer_server_wrote()
    {
        await File.WriteAllTextAsync(_into.GetPath("format.json"), """
            {"version":1,"kind":"PythonRepository","name":"team","features":["from-the-future"]}
            """);
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => ImportAsync(Write("foo", "1.0")));
        Assert.Contains("'from-the-future'", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_into.GetPath(".lock-holder")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_import_after_an_unclean_stop_reads_from_the_disk_what_it_appends_to(bool isUnclean)
    {
        await ImportAsync(Write("foo", "1.0"));
        if (isUnclean)
            await File.WriteAllTextAsync(_into.GetPath(".lock-holder"), "4711");
        var flushes = 0;
        _store.BeforeFlush = () => flushes++;
        await ImportAsync(Write("foo", "2.0"));
        Assert.Equal(isUnclean, flushes > 0);
    }

    [Fact]
    public async Task An_import_after_an_unclean_stop_leaves_the_verification_to_the_next_server()
    {
        await File.WriteAllTextAsync(_into.GetPath(".lock-holder"), "4711");
        await ImportAsync(Write("foo", "1.0"));
        Assert.True(File.Exists(_into.GetPath(".lock-holder")));
        File.Delete(_into.GetPath(".lock-holder"));
        await ImportAsync(Write("foo", "1.0"));
        Assert.False(File.Exists(_into.GetPath(".lock-holder")));
    }

    [Theory]
    [InlineData("notes.txt", "is not the name of a distribution")]
    [InlineData("foo-1.0-py3-none-any.whl", "")]
    public async Task A_file_that_is_not_a_distribution_is_rejected_and_the_others_are_imported(
        string name, string reason)
    {
        await File.WriteAllTextAsync(_from[name], "nonsense");
        var outcomes = await ImportAsync(_from[name], Write("bar", "2.0"));
        Assert.Contains(reason, outcomes[0].Rejection, StringComparison.Ordinal);
        Assert.Null(outcomes[1].Rejection);
        await _into.OpenAsync();
        Assert.Single(await _into.PackagesAsync());
    }

    [Fact]
    public async Task A_path_that_is_not_a_file_is_rejected_without_opening_it()
    {
        using (var made = System.Diagnostics.Process.Start("mkfifo", _from[_name]))
            await made.WaitForExitAsync();
        File.CreateSymbolicLink(_from["bar-1.0.tar.gz"], _name);
        var outcomes = await ImportAsync(_from[_name], _from["bar-1.0.tar.gz"], Write("bar", "2.0"));
        Assert.Equal("It is not a regular file.", outcomes[0].Rejection);
        Assert.Equal("It is not a regular file.", outcomes[1].Rejection);
        Assert.Null(outcomes[2].Rejection);
    }

    [Fact]
    public async Task Other_bytes_with_the_same_name_are_rejected_unless_overwriting_is_allowed()
    {
        await ImportAsync(Write("foo", "1.0"));
        var other = await ImportAsync(Write("foo", "1.0", "x"));
        Assert.Contains("File already exists", other[0].Rejection, StringComparison.Ordinal);
        var outcomes = await ImportAsync(Overwrite.Always, Write("foo", "1.0", "x"));
        Assert.Null(outcomes[0].Rejection);
        await _into.OpenAsync();
        Assert.Equal(WheelFile.Make("foo", "1.0", "x"), await _into.ReadAsync("foo", _name));
    }

    [Fact]
    public async Task With_a_running_server_known_outcomes_are_reported_without_waiting()
    {
        await ImportAsync(Write("foo", "1.0"));
        using var server = DirectoryLock.TryTake(_into.Path);
        await File.WriteAllTextAsync(_from["notes.txt"], "nonsense");
        var outcomes = await ImportAsync(_from[_name], _from["notes.txt"]);
        Assert.Equal((null, true), (outcomes[0].Rejection, outcomes[0].WasThere));
        Assert.NotNull(outcomes[1].Rejection);
        var other = await ImportAsync(Write("foo", "1.0", "x"));
        Assert.Contains("File already exists", other[0].Rejection, StringComparison.Ordinal);
        await _into.OpenAsync();
        Assert.Single(await _into.PackagesAsync());
    }

    [Fact]
    public async Task With_a_running_server_a_file_is_adopted_by_the_server()
    {
        using var server = DirectoryLock.TryTake(_into.Path);
        var adoption = new Adoption(await _into.OpenAsync(), _into.Clock, NullLogger.Instance);
        var import = ImportAsync(Write("foo", "1.0"));
        while (!import.IsCompleted)
        {
            await adoption.ScanAsync(CancellationToken.None);
            await Task.Yield();
        }
        Assert.Equal((null, false), ((await import)[0].Rejection, (await import)[0].WasThere));
        Assert.Equal(WheelFile.Make("foo", "1.0"), await _into.ReadAsync("foo", _name));
    }

    string Write(string project, string version, string content = "")
    {
        var path = _from[WheelFile.GetName(project, version)];
        File.WriteAllBytes(path, WheelFile.Make(project, version, content));
        return path;
    }

    Task<List<ImportedFile>> ImportAsync(params string[] files) => ImportAsync(Overwrite.Never, files);

    async Task<List<ImportedFile>> ImportAsync(Overwrite overwrite, params string[] files)
    {
        var outcomes = new List<ImportedFile>();
        var storage = new RepositoryStore
        {
            Store = _store,
            Location = _into.Path,
            Owner = new StoreFormat(StorageLayout.Version, "PythonRepository", null, "team"),
        };
        var import = new Import(storage, overwrite, _into.Clock);
        await foreach (var file in import.RunAsync(files, CancellationToken.None))
            outcomes.Add(file);
        return outcomes;
    }
}
