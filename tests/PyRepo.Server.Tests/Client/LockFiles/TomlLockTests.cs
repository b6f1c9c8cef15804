using static PyRepo.Server.Tests.Client.LockFiles.LockFolder;

namespace PyRepo.Server.Tests.Client.LockFiles;

public sealed class TomlLockTests : IDisposable
{
    readonly LockFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Uv_lock_names_files_by_URL_and_sources_other_than_an_index_are_noted()
    {
        var content = await _folder.ReadAsync("uv.lock", $$"""
            version = 1
            revision = 3
            requires-python = ">=3.11"

            [[package]]
            name = "app"
            version = "0.1"
            source = { virtual = "." }
            dependencies = [ { name = "foo" } ]

            [[package]]
            name = "Foo_Bar"
            version = "1.0"
            source = { registry = "https://example.com/simple" }
            sdist = { url = "https://example.com/files/foo_bar-1.0.tar.gz", hash = "{{Sha256('a')}}", size = 10 }
            wheels = [
                { url = "https://a.example/foo_bar-1.0%2Bcpu-py3-none-any.whl?x#y", hash = "{{Sha256('b')}}", size = 20 },
            ]

            [[package]]
            name = "fork"
            version = "1.0"
            source = { git = "https://example.com/fork?rev=1#2" }
            """);
        Assert.Equal(
            ["foo-bar foo_bar-1.0+cpu-py3-none-any.whl b 20", "foo-bar foo_bar-1.0.tar.gz a 10"], Describe(content));
        Assert.Empty(content.Problems);
        Assert.Equal(2, content.Notes.Count);
        Assert.EndsWith("app comes from no index (virtual), skipped.", content.Notes[0], StringComparison.Ordinal);
        Assert.EndsWith("fork comes from no index (git), skipped.", content.Notes[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pylock_names_wheels_sdists_and_archives()
    {
        var content = await _folder.ReadAsync("pylock.toml", $$"""
            lock-version = "1.0"
            created-by = "tests"

            [[packages]]
            name = "foo"
            version = "1.0"
            index = "https://example.com/simple/"
            [packages.sdist]
            name = "foo-1.0.tar.gz"
            url = "https://example.com/other"
            size = 10
            hashes = { sha256 = "{{new string('a', 64)}}" }
            [[packages.wheels]]
            url = "https://example.com/foo-1.0-py3-none-any.whl"
            hashes = { sha512 = "{{new string('b', 128)}}", md5 = "00" }

            [[packages]]
            name = "bar"
            archive = { url = "https://example.com/bar-2.zip", hashes = { sha256 = "{{new string('c', 64)}}" } }

            [[packages]]
            name = "local"
            wheels = [ { path = "./local-1.0-py3-none-any.whl", hashes = { sha256 = "{{new string('d', 64)}}" } } ]

            [[packages]]
            name = "git"
            vcs = { type = "git", url = "https://example.com/git", commit-id = "1" }

            [[packages]]
            name = "here"
            directory = { path = "." }

            [[packages]]
            name = "weak"
            sdist = { url = "https://example.com/weak-1.0.tar.gz", hashes = { blake2b = "00" } }
            """);
        Assert.Equal(
            ["foo foo-1.0-py3-none-any.whl b", "foo foo-1.0.tar.gz a 10", "bar bar-2.zip c"], Describe(content));
        Assert.Equal(3, content.Notes.Count);
        Assert.Contains("weak-1.0.tar.gz", Assert.Single(content.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Poetry_lock_lists_files_and_its_other_index_is_called_legacy()
    {
        var content = await _folder.ReadAsync("poetry.lock", $$"""
            [[package]]
            name = "foo"
            version = "1.0"
            files = [
                {file = "foo-1.0.tar.gz", hash = "{{Sha256('a')}}"},
            ]
            [package.dependencies]
            bar = ">=1"
            [package.source]
            type = "legacy"
            url = "https://example.com/simple"
            reference = "ours"

            [[package]]
            name = "fork"
            version = "1.0"
            files = []
            [package.source]
            type = "git"

            [[package]]
            name = "bare"
            version = "3.0"
            files = []

            [metadata]
            lock-version = "2.1"
            """);
        Assert.Equal(["foo foo-1.0.tar.gz a", "bare==3.0 "], Describe(content));
        Assert.EndsWith(
            "fork comes from no index (git), skipped.", Assert.Single(content.Notes), StringComparison.Ordinal);
        Assert.Empty(content.Problems);
    }

    [Theory]
    [InlineData("poetry.lock", "lock-version = \"1.1\"", "foo")]
    [InlineData("pdm.lock", "lock_version = \"4.3\"", "\"foo 1.0\"")]
    public async Task Older_files_list_the_hashes_at_the_end(string name, string version, string key)
    {
        var content = await _folder.ReadAsync(name, $$"""
            [[package]]
            name = "foo"
            version = "1.0"

            [metadata]
            {{version}}

            [metadata.files]
            {{key}} = [ { file = "foo-1.0.tar.gz", hash = "{{Sha256('a')}}" } ]
            """);
        Assert.Equal(["foo foo-1.0.tar.gz a"], Describe(content));
        Assert.Empty(content.Problems);
    }

    [Fact]
    public async Task Pdm_lock_lists_files_or_their_URLs()
    {
        var content = await _folder.ReadAsync("pdm.lock", $$"""
            [metadata]
            groups = ["default"]
            lock_version = "4.5.0"

            [[package]]
            name = "foo"
            version = "1.0"
            files = [
                {file = "foo-1.0.tar.gz", hash = "{{Sha256('a')}}"},
                {url = "https://example.com/foo-1.0-py3-none-any.whl", hash = "{{Sha256('b')}}"},
            ]

            [[package]]
            name = "fork"
            version = "1.0"
            editable = true
            path = "./fork"
            """);
        Assert.Equal(["foo foo-1.0.tar.gz a", "foo foo-1.0-py3-none-any.whl b"], Describe(content));
        Assert.Single(content.Notes);
        Assert.Empty(content.Problems);
    }

    [Theory]
    [InlineData("../../../etc/passwd")]
    [InlineData("a/b-1.0.tar.gz")]
    [InlineData("..")]
    [InlineData("b\\u001b[2J-1.0.tar.gz")]
    public async Task A_file_or_a_project_with_a_path_for_a_name_is_a_problem(string name)
    {
        var content = await _folder.ReadAsync("poetry.lock", $$"""
            package = [
                { name = "foo", version = "1", files = [ { file = "{{name}}", hash = "{{Sha256('a')}}" } ] },
                { name = "{{name}}", version = "1", files = [ { file = "a-1.tar.gz", hash = "{{Sha256('a')}}" } ] },
            ]
            metadata = { lock-version = "2.1" }
            """);
        Assert.Empty(content.Entries);
        Assert.Equal(2, content.Problems.Count);
        Assert.All(content.Problems, problem => Assert.DoesNotContain('\u001b', problem));
    }

    [Theory]
    [InlineData("version = [")]
    [InlineData("version = 1\nversion = 2")]
    [InlineData("<html>")]
    [InlineData("\0")]
    [InlineData("version = 1\n[[package]]\nname = \"a\"\n[package]\nname = \"b\"")]
    [InlineData("unknown = 1")]
    [InlineData("")]
    public async Task A_file_that_cannot_be_read_is_one_problem(string text)
    {
        var content = await _folder.ReadAsync("uv.lock", text);
        Assert.Empty(content.Entries);
        Assert.Matches("uv.lock(:[0-9]+:[0-9]+)?: it is not ", Assert.Single(content.Problems));
    }

    [Fact]
    public async Task A_duplicate_definition_is_reported_with_its_position()
    {
        var content = await _folder.ReadAsync("uv.lock", "version = 1\nversion = 2\n");
        Assert.Contains("uv.lock:2:1: it is not valid TOML: The key `version` is already defined",
            Assert.Single(content.Problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a = ", "[")]
    [InlineData("a = ", "{a = ")]
    [InlineData("a", ".a")]
    public async Task Nesting_of_any_depth_is_one_problem(string start, string repeated)
    {
        var content = await _folder.ReadAsync("uv.lock", start + string.Concat(Enumerable.Repeat(repeated, 100_000)));
        Assert.Empty(content.Entries);
        Assert.True(Assert.Single(content.Problems).Length < 1000);
    }

    [Theory]
    [InlineData("version = 1\npackage = 3")]
    [InlineData("version = 1\n[package]\nname = \"foo\"")]
    [InlineData("version = 1\n[[package]]\nname = 3")]
    [InlineData("version = 1\n[[package]]\nname = \"foo\"\nsource = 3\nwheels = { a = 1 }\nsdist = [1]")]
    [InlineData("version = 1\n[[package]]\nname = \"foo\"\nwheels = [ { url = 3, hash = 4, size = \"x\" } ]")]
    public async Task Values_of_other_types_are_no_files(string text) =>
        Assert.Empty((await _folder.ReadAsync("uv.lock", text)).Entries);

    [Fact]
    public async Task A_file_of_any_name_is_read_by_its_content()
    {
        var toml = await _folder.ReadAsync("dev.lock", "# a comment\n\nversion = 1\n[[package]]\nname = \"foo\"\n"
            + $"wheels = [ {{ url = \"https://example.com/foo-1-py3-none-any.whl\", hash = \"{Sha256('a')}\" }} ]\n");
        Assert.Equal(["foo foo-1-py3-none-any.whl a"], Describe(toml));
        var requirements = await _folder.ReadAsync("requirements.lock", "# a comment\n\nfoo==1\n");
        Assert.Equal(["foo==1 "], Describe(requirements));
    }
}
