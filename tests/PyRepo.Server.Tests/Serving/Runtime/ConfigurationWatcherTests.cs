using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Server.Access;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Hosted;
using PyRepo.Server.Platform.Caching;
using PyRepo.Server.Serving.Configuration;
using PyRepo.Server.Serving.Runtime;
using PyRepo.Server.Tests.Serving.Configuration;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Serving.Runtime;

public sealed class ConfigurationWatcherTests : IAsyncDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly RepositoryRegistry _served = new();
    readonly RepositorySupervisor _running;
    readonly ConfigurationWatcher _watch;

    public ConfigurationWatcherTests()
    {
        var options = new ServeOptions
        {
            Manifests = [_folder["manifests.yaml"]],
            Data = _folder["data"],
            Listen = new IPEndPoint(IPAddress.Loopback, 0),
            Management = new IPEndPoint(IPAddress.Loopback, 0),
        };
        var clock = new FakeClock();
        _running = new(
            options, _served, new MemoryBudget(1 << 20), new BurnedTokens(clock), clock, NullLoggerFactory.Instance);
        _watch = new(options, _running, clock, NullLogger<ConfigurationWatcher>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await _running.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Declared_repositories_are_served_and_removed_ones_are_closed()
    {
        await PutAsync(Manifests.Repository("team-a") + Manifests.Repository("team-b", "{ suspend: true }"));
        Assert.Equal([("team-a", null), ("team-b", "is suspended")], Served());
        Assert.Equal(["team-a"], _running.Running.Keys);
        await PutAsync(Manifests.Repository("team-b"));
        Assert.Equal([("team-b", null)], Served());
        using var free = Storage.Directories.DirectoryLock.TryTake(_folder["data/team-a"]);
        Assert.NotNull(free);
    }

    [Fact]
    public async Task An_invalid_change_leaves_the_last_valid_one_in_effect_until_it_is_fixed()
    {
        await PutAsync(Manifests.Repository("team-a"));
        var good = _running.Current!.Hash;
        await PutAsync(Manifests.Repository("team-a", "{ uploads: { overwrite: Sometimes } }"));
        Assert.Equal(good, _running.Current!.Hash);
        Assert.Contains("spec.uploads.overwrite", Assert.Single(_watch.Problems).Message, StringComparison.Ordinal);
        Assert.Equal([("team-a", null)], Served());

        await PutAsync(Manifests.Repository("team-a"));
        Assert.Empty(_watch.Problems);
        Assert.Equal(good, _running.Current.Hash);
    }

    [Fact]
    public async Task A_change_takes_effect_without_closing_running_repositories()
    {
        await PutAsync(Manifests.Repository("team-a"));
        var storage = _running.Running["team-a"];
        await PutAsync(Manifests.Repository("team-a", "{ uploads: { overwrite: Always, maxFileSize: 1Mi } }"));
        Assert.Same(storage, _running.Running["team-a"]);
        var hosted = Assert.IsType<HostedRepository>(storage.Repository);
        Assert.Equal(Resources.Hosted.Overwrite.Always, hosted.Settings.Overwrite);
        Assert.Equal(1 << 20, Assert.Single(_served.All).MaxFileSize.Bytes);
    }

    [Fact]
    public async Task A_resource_that_names_no_users_gets_a_publisher_with_its_own_password()
    {
        await PutAsync(Manifests.Repository("team-a"));
        var password = await File.ReadAllTextAsync(_folder["data/.credentials/team-a"]);
        var passwords = Passwords;
        var source = new LoginSource("192.0.2.1", "");
        Assert.NotNull(
            (await passwords.CheckAsync("publisher", password.Trim(), source, CancellationToken.None)).Caller);
        Assert.Null((await passwords.CheckAsync("publisher", "guess", source, CancellationToken.None)).Caller);
    }

    [Fact]
    public async Task Changed_users_take_effect_at_once()
    {
        const string access = "{ access: { usersSecretRef: { name: users } } }";
        Task PutUserAsync(string user) => PutAsync(
            Manifests.Repository("team-a", access) + Manifests.Secret("users", "htpasswd", $"{user}:{Manifests.Hash}"));
        await PutUserAsync("alice");
        Assert.True(await IsUserAsync("alice"));
        await PutUserAsync("bob");
        Assert.False(await IsUserAsync("alice"));
    }

    [Fact]
    public async Task Passwords_stay_remembered_when_something_else_changes()
    {
        Task PutSizeAsync(string size) => PutAsync(
            Manifests.Repository(
                "team-a", $"{{ access: {{ usersSecretRef: {{ name: users }} }}, uploads: {{ maxFileSize: {size} }} }}")
            + Manifests.Secret("users", "htpasswd", $"alice:{Manifests.Hash}"));
        await PutSizeAsync("1Mi");
        var verifier = Passwords;
        await PutSizeAsync("2Mi");
        Assert.Equal(2 << 20, Assert.Single(_served.All).MaxFileSize.Bytes);
        Assert.Same(verifier, Passwords);
    }

    [Fact]
    public async Task The_users_of_a_Secret_are_parsed_again_only_if_it_changes()
    {
        Task PutAsync(string changing, string size) => this.PutAsync(
            Manifests.Repository("team-a", "{ access: { usersSecretRef: { name: stable } } }")
            + Manifests.Repository(
                "team-b",
                $"{{ access: {{ usersSecretRef: {{ name: changing }} }}, uploads: {{ maxFileSize: {size} }} }}")
            + Manifests.Secret("stable", "htpasswd", $"alice:{Manifests.Hash}")
            + Manifests.Secret("changing", "htpasswd", $"{changing}:{Manifests.Hash}"));
        await PutAsync("bob", "1Mi");
        var (stable, changing) = (UsersOf("team-a"), UsersOf("team-b"));
        await PutAsync("bob", "2Mi");
        Assert.Same(stable, UsersOf("team-a"));
        Assert.Same(changing, UsersOf("team-b"));
        await PutAsync("eve", "2Mi");
        Assert.Same(stable, UsersOf("team-a"));
        Assert.Equal(["eve"], UsersOf("team-b").Passwords.Keys);

        UserStore UsersOf(string name) => _running.Current!.FindUsers(
            _running.Current.Manifests.Resources.Single(resource => resource.Metadata.Name == name))!.Users;
    }

    [Fact]
    public async Task A_changed_htpasswd_alone_takes_effect_although_its_time_and_length_are_the_same()
    {
        const string access = "{ access: { usersSecretRef: { name: users } } }";
        var written = DateTime.UtcNow.AddHours(-1);
        Directory.CreateDirectory(_folder["manifests.yaml"]);
        MountVersion("first", "alice");
        MountVersion("second", "grace");
        foreach (var name in (string[])["resource.yaml", "secrets"])
            File.CreateSymbolicLink(_folder[$"manifests.yaml/{name}"], $"..data/{name}");
        // The kubelet changes a volume as a whole, by one link.
        File.CreateSymbolicLink(_folder["manifests.yaml/..data"], "..first");
        await _watch.PollAsync();
        Assert.Equal((true, false), (await IsUserAsync("alice"), await IsUserAsync("grace")));
        Directory.Delete(_folder["manifests.yaml/..data"]);
        File.CreateSymbolicLink(_folder["manifests.yaml/..data"], "..second");
        await _watch.PollAsync();
        Assert.Equal((false, true), (await IsUserAsync("alice"), await IsUserAsync("grace")));

        void MountVersion(string version, string user)
        {
            var folder = Directory.CreateDirectory(_folder[$"manifests.yaml/..{version}/secrets/users"]).FullName;
            foreach (var (path, text) in new Dictionary<string, string>
            {
                [Path.Combine(folder, "htpasswd")] = $"{user}:{Manifests.Hash}",
                [_folder[$"manifests.yaml/..{version}/resource.yaml"]] = Manifests.Repository("team-a", access),
            })
            {
                File.WriteAllText(path, text);
                File.SetLastWriteTimeUtc(path, written);
            }
        }
    }

    [Fact]
    public async Task An_unchanged_configuration_costs_little_more_than_reading_it()
    {
        var users = string.Concat(Enumerable.Range(0, 20).Select(user => $"user-{user}:{Manifests.Hash}\\n"));
        await PutAsync(string.Concat(Enumerable.Range(0, 50).Select(number =>
            Manifests.Repository($"team-{number}", $"{{ access: {{ usersSecretRef: {{ name: users-{number} }} }} }}")
            + Manifests.Secret($"users-{number}", "htpasswd", users))));
        Assert.Empty(_watch.Problems);
        var length = new FileInfo(_folder["manifests.yaml"]).Length;
        await _watch.PollAsync();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var poll = _watch.PollAsync();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(poll.IsCompletedSuccessfully, "Nothing was to be waited for, so all of it ran on this thread.");
        // The bytes, the text and the bytes of the text, each with what it takes to grow.
        Assert.InRange(allocated, 0, 12 * length);
    }

    PasswordVerifier Passwords => Assert.Single(Assert.Single(_served.All).Authenticators.OfType<PasswordVerifier>());

    async Task<bool> IsUserAsync(string name) =>
        (await Passwords.CheckAsync(name, "U*U", new("192.0.2.1", ""), CancellationToken.None)).Caller is not null;

    IEnumerable<(string, string?)> Served() => _served.All.Select(one => (one.Name, one.Unavailable));

    Task PutAsync(string manifests)
    {
        File.WriteAllText(_folder["manifests.yaml"], manifests);
        return _watch.PollAsync();
    }
}
