using PyRepo.Server.Serving.Configuration;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Serving.Configuration;

public sealed class GeneratedSecretsTests : IDisposable
{
    static readonly DateTimeOffset _now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("2026-11-20T12:00:01Z", true)]
    [InlineData("2026-11-20T12:00:00Z", false)]
    [InlineData("2026-11-19T12:00:00Z", false)]
    [InlineData("soon", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_rotated_value_is_valid_until_its_expiry_and_never_without_one(
        string? until, bool isValid)
    {
        WriteResource("spec: {}");
        Write("secrets/team-a-credentials/username", "publisher");
        Write("secrets/team-a-credentials/password", "new");
        Write("secrets/team-a-credentials/previous", "old");
        if (until is not null)
            Write("secrets/team-a-credentials/previous-until", until);
        var read = Read();
        var secret = read.FindSecret(read.Own!, "team-a-credentials")!;
        Assert.Equal(isValid, secret.ContainsKey("previous"));
        Assert.Equal("new"u8, secret["password"]);
    }

    [Fact]
    public void The_expiry_of_a_value_changes_the_configuration()
    {
        WriteResource("spec: {}");
        Write("secrets/team-a-credentials/previous", "old");
        Write("secrets/team-a-credentials/previous-until", "2026-11-20T12:00:00Z");
        Assert.NotEqual(Read(_now.AddSeconds(-1)).Hash, Read().Hash);
    }

    [Theory]
    [InlineData("spec: {}", "team-a-credentials pyrepo-signing-key")]
    [InlineData("spec: { access: { grants: [ { to: [ { anyone: {} } ], role: Reader } ] } }", "pyrepo-signing-key")]
    public void Missing_generated_Secrets_are_reported(string spec, string missing)
    {
        WriteResource(spec);
        Assert.Equal(missing, string.Join(' ', GeneratedSecrets.MissingFrom(Read())));
        Write("secrets/pyrepo-signing-key/current", "");
        Write("secrets/team-a-credentials/username", "publisher");
        Write("secrets/team-a-credentials/password", "");
        Assert.Equal(missing, string.Join(' ', GeneratedSecrets.MissingFrom(Read())));
        Write("secrets/pyrepo-signing-key/current", new string('x', 32));
        Write("secrets/team-a-credentials/password", "secret");
        Assert.Empty(GeneratedSecrets.MissingFrom(Read()));
    }

    [Fact]
    public void A_signing_key_that_is_too_short_is_reported_until_it_is_deleted()
    {
        WriteResource("spec: {}");
        Write("secrets/pyrepo-signing-key/current", new string('x', 15));
        Write("secrets/team-a-credentials/username", "publisher");
        Write("secrets/team-a-credentials/password", "secret");
        var read = Read();
        Assert.Empty(GeneratedSecrets.MissingFrom(read));
        Assert.Equal(
            "the Secret \"pyrepo-signing-key\" has a key of fewer than 16 bytes; delete it, and the operator makes "
                + "another one",
            read.GetText(Assert.Single(read.BadReferences)));
        Write("secrets/pyrepo-signing-key/current", new string('x', 16));
        Assert.Empty(Read().BadReferences);
    }

    ServerConfiguration Read(DateTimeOffset? now = null) =>
        ConfigurationReader.Read([_folder.Path], clock: new FakeClock(now ?? _now));

    void WriteResource(string spec) => Write("resource.yaml", $"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: {"{ name: team-a, namespace: packages }"}
        {spec}
        """);

    void Write(string path, string text)
    {
        var file = _folder[path];
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
