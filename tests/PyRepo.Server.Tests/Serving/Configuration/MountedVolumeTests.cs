using System.Diagnostics;
using System.Net;
using PyRepo.Egress;
using PyRepo.Resources;
using PyRepo.Resources.Manifests;
using PyRepo.Server.Serving.Configuration;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Serving.Configuration;

public sealed class MountedVolumeTests : IDisposable
{
    const string Access = "{ access: { usersSecretRef: { name: users } } }";
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_with_a_resource_yaml_is_the_operators_volume_with_a_file_for_each_key()
    {
        Write("resource.yaml", Manifests.Repository("team-a", Access, ns: "packages"));
        Write("secrets/users/htpasswd", $"alice:{Manifests.Hash}");
        Write("secrets/users/groups", "team: alice");
        Write("secrets/users/..data/hidden", "x");
        Write("secrets/..2026/htpasswd", "x");
        var read = Read();
        Assert.True(read.IsMounted);
        Assert.Empty(read.Problems);
        Assert.Empty(read.BadReferences);
        var secret = read.FindSecret(Assert.Single(read.Manifests.Resources), "users");
        Assert.Equal(["groups", "htpasswd"], secret!.Keys.Order(StringComparer.Ordinal));
        Assert.Single(read.Manifests.Secrets);
    }

    [Fact]
    public void Kubelets_links_are_followed()
    {
        Write("..2026_03_01/resource.yaml", Manifests.Repository("team-a", Access));
        Write("..2026_03_01/secrets/users/htpasswd", $"alice:{Manifests.Hash}");
        Directory.CreateSymbolicLink(_folder["..data"], "..2026_03_01");
        File.CreateSymbolicLink(_folder["resource.yaml"], "..data/resource.yaml");
        Directory.CreateSymbolicLink(_folder["secrets"], "..data/secrets");
        var read = Read();
        Assert.NotNull(read.FindSecret(Assert.Single(read.Manifests.Resources), "users"));
    }

    [Fact]
    public void A_Secret_that_is_missing_or_unusable_is_reported_and_rejects_nothing()
    {
        Write("resource.yaml", Manifests.Repository("team-a", Access));
        Assert.Empty(Read().Problems);
        Assert.Single(Read().BadReferences);
        Write("secrets/users/htpasswd", "alice:secret");
        Assert.Empty(Read().Problems);
        Assert.Contains(
            "has a hash in line", Assert.Single(Read().BadReferences).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_entry_of_a_policy_that_cannot_be_read_is_reported_and_stops_no_repository()
    {
        const string policy = "{ policy: { block: [ evil, 'idna~=3' ], constraintsRef: { name: set, key: c.txt } } }";
        Write("resource.yaml", Manifests.Repository("pypi", policy, "ProxyRepository"));
        Write("configmaps/set/c.txt", "click>1*\n--prefer-binary\n");
        var read = Read();
        Assert.Empty(read.Problems);
        Assert.Collection(
            read.BadReferences.Select(read.GetReport),
            entry =>
            {
                Assert.Equal("Invalid", entry.Reason);
                Assert.StartsWith(
                    "spec.policy.block[1]: \"idna~=3\" is not a requirement", entry.Message, StringComparison.Ordinal);
            },
            line => Assert.StartsWith(
                "spec.policy.constraintsRef: line 1: 'click>1*' is not a requirement", line.Message,
                StringComparison.Ordinal));
        Assert.Contains("'--prefer-binary' is an option", read.Warnings[0].Message, StringComparison.Ordinal);
        Assert.Equal(read.InvalidEntries.AsEnumerable(), read.Warnings.Skip(1));
    }

    [Fact]
    public void A_problem_in_the_mounted_resource_names_its_field_and_no_position_in_a_file()
    {
        Write("resource.yaml", Manifests.Repository("team-a", Access));
        Write("members/PythonRepository/team-b.yaml", Manifests.Repository("team-b", Access));
        var read = Read();
        Assert.Collection(
            read.BadReferences.Select(read.GetText),
            own => Assert.StartsWith("spec.access.usersSecretRef", own, StringComparison.Ordinal),
            member => Assert.StartsWith("members/PythonRepository/team-b.yaml:", member, StringComparison.Ordinal));
    }

    [Fact]
    public void An_invalid_resource_is_a_problem()
    {
        Write("resource.yaml", Manifests.Repository("team-a", "{ uploads: { overwrite: Sometimes } }"));
        Assert.NotEmpty(Read().Problems);
        Write("resource.yaml", ":");
        Assert.NotEmpty(Read().Problems);
    }

    [Fact]
    public void A_changed_Secret_is_a_changed_configuration()
    {
        Write("resource.yaml", Manifests.Repository("team-a", Access));
        var without = Read().Hash;
        Write("secrets/users/htpasswd", $"alice:{Manifests.Hash}");
        var with = Read().Hash;
        Assert.NotEqual(without, with);
        Write("secrets/users/htpasswd", $"bob:{Manifests.Hash}");
        Assert.NotEqual(with, Read().Hash);
    }

    [Fact]
    public void The_reported_hash_is_of_what_the_operator_wrote_whatever_the_Secrets_contain()
    {
        Write("resource.yaml", Manifests.Repository("team-a", Access));
        var declared = Read().DeclaredHash;
        Assert.Equal(
            DeclaredHash.Compute([("resource.yaml", File.ReadAllText(_folder["resource.yaml"]))]), declared);
        Write("secrets/users/htpasswd", $"alice:{Manifests.Hash}");
        Assert.Equal(declared, Read().DeclaredHash);
    }

    [Fact]
    public void The_generation_changes_no_reported_hash_and_the_description_of_the_cluster_only_its_own()
    {
        Write("resource.yaml", Manifests.Repository("team-a", Access));
        var before = Read();
        Write("resource.yaml", Manifests.Repository("team-a", Access)
            .Replace("name: team-a", "name: team-a, generation: 7", StringComparison.Ordinal));
        var scaled = Read();
        Assert.Equal(7, Assert.Single(scaled.Manifests.Resources).Metadata.Generation);
        Assert.Equal((before.DeclaredHash, before.PlatformHash), (scaled.DeclaredHash, scaled.PlatformHash));
        Write("platform.json", "{}");
        var described = Read();
        Assert.Equal(before.DeclaredHash, described.DeclaredHash);
        Assert.NotEqual(before.PlatformHash, described.PlatformHash);
        Assert.NotEqual(before.Hash, described.Hash);
    }

    [Fact]
    public void A_platform_that_names_no_members_leaves_them_at_their_Services()
    {
        Write("resource.yaml", """
            apiVersion: pyrepo.dev/v1alpha1
            kind: RepositoryGroup
            metadata: { name: all, namespace: packages }
            spec: { members: [ { kind: PythonRepository, name: team-a } ] }
            """);
        Write("members/PythonRepository/team-a.yaml", Manifests.Repository("team-a", "{}", ns: "packages"));
        Write("platform.json", "{}");
        Assert.Equal(new Uri("http://team-a.packages/"), Assert.Single(Read().RemoteMembers).Value);
    }

    [Fact]
    public void The_data_of_a_volume_is_found_whatever_the_resource_is_called()
    {
        Write("resource.yaml", Manifests.Repository("team-a", "{}"));
        var read = Read();
        Assert.Equal("/data/repository", read.GetFolder(Assert.Single(read.Manifests.Resources), "/data"));
        Write("laptop/manifests.yaml", Manifests.Repository("team-a", "{}"));
        read = ConfigurationReader.Read([_folder["laptop"]]);
        Assert.Equal("/data/team-a", read.GetFolder(Assert.Single(read.Manifests.Resources), "/data"));
    }

    public static TheoryData<string> Broken { get; } =
    [
        "", "{", "null", "[]", """{"allowedDestinations": "x"}""", """{"allowedDestinations": [null]}""",
        """{"apiServers": [null]}""", """{"members": {"a": "/path"}}""", """{"members": {"a": null}}""",
        """{"members": {"a": 1}}""", """{"allowedDestinations": ["a"]""",
        $"{{\"members\": {{}} {new string(' ', 1 << 20)}}}",
    ];

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_platform_json_that_cannot_be_read_leaves_the_last_valid_one_in_effect(string text)
    {
        Write("resource.yaml", Manifests.Repository("team-a"));
        Write("platform.json", """{"allowedDestinations": ["10.0.0.0/8"], "apiServers": ["10.0.0.1:443"]}""");
        var good = Read();
        Write("platform.json", text);
        var read = ConfigurationReader.Read([_folder.Path], good);
        Assert.Empty(read.Problems);
        Assert.Equal(
            (good.Hash, good.DeclaredHash, "10.0.0.0/8"),
            (read.Hash, read.DeclaredHash, Assert.Single(read.AllowedDestinations)));
        Assert.Equal(good.ApiServers.AsEnumerable(), read.ApiServers);
        Assert.Contains("last valid one", read.PlatformProblem!.Message, StringComparison.Ordinal);
        Assert.Equal("platform.json", read.PlatformProblem.Source);
    }

    [Theory]
    [InlineData("proxyUrl: \"http://proxy.example:3128\"", "does not name this proxy")]
    [InlineData("caBundleRef: { kind: ConfigMap, name: ca, key: ca.crt }", "another object names the trusted")]
    public void Credentials_on_a_route_that_their_Secret_does_not_name_are_reported_and_not_sent(
        string route, string message)
    {
        Write("resource.yaml", Manifests.Repository(
            "public",
            $"{{ upstream: {{ url: https://index.example/simple/, credentialsSecretRef: {{ name: up }}, {route} }} }}",
            kind: "ProxyRepository"));
        foreach (var (key, value) in new Dictionary<string, string>
        {
            ["username"] = "alice",
            ["password"] = "horse",
            ["url"] = "https://index.example",
        })
        {
            Write($"secrets/up/{key}", value);
        }
        var read = Read();
        Assert.Empty(read.Problems);
        Assert.Contains(
            read.BadReferences, problem => problem.Message.Contains(message, StringComparison.Ordinal));
        Assert.Null(UpstreamReader.Read(
            read.Manifests.Resources.OfType<ProxyRepository>().Single(), read, out _).Credentials);
    }

    [Fact]
    public void No_upstream_is_asked_before_a_platform_json_has_been_read()
    {
        Write("resource.yaml", Manifests.Repository("team-a"));
        Directory.CreateDirectory(_folder["platform.json"]);
        var read = Read();
        Assert.Empty(read.Problems);
        Assert.Contains("No upstream is asked", read.PlatformProblem!.Message, StringComparison.Ordinal);
        var again = ConfigurationReader.Read([_folder.Path], read);
        Assert.Equal(read.PlatformProblem, again.PlatformProblem);
        var policy = new EgressPolicy(true, [.. again.ApiServers], again.AllowedDestinations);
        Assert.NotNull(policy.DenialReason("files.example.com", IPAddress.Parse("93.184.216.34"), 443));

        Directory.Delete(_folder["platform.json"]);
        Write("platform.json", "{}");
        read = ConfigurationReader.Read([_folder.Path], again);
        Assert.Null(read.PlatformProblem);
        Assert.Empty(read.AllowedDestinations);
    }

    [Fact]
    public void A_key_that_is_not_a_file_or_too_large_is_a_problem_and_never_blocks()
    {
        Write("resource.yaml", Manifests.Repository("team-a"));
        Directory.CreateDirectory(_folder["secrets/users"]);
        using (var made = Process.Start("mkfifo", [_folder["secrets/users/htpasswd"]]))
            made.WaitForExit();
        Assert.Contains(
            "is not a regular file", Assert.Single(Read().Problems).Message, StringComparison.Ordinal);
        File.Delete(_folder["secrets/users/htpasswd"]);
        Write("secrets/users/htpasswd", new string('a', (1 << 20) + 1));
        Assert.Contains("is larger than", Assert.Single(Read().Problems).Message, StringComparison.Ordinal);
    }

    ServerConfiguration Read() => ConfigurationReader.Read([_folder.Path]);

    void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        File.WriteAllText(_folder[name], text);
    }
}
