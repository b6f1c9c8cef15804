using System.Diagnostics;
using PyRepo.Resources.Manifests;
using PyRepo.Resources.Problems;
using PyRepo.Server.Serving.Configuration;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Serving.Configuration;

public sealed class ConfigurationReaderTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Resources_and_Secrets_are_read_from_all_files_of_a_folder()
    {
        Write("a.yaml", Manifests.Repository("team-a", "{ access: { usersSecretRef: { name: users } } }"));
        Write("b.yaml",
            Manifests.Secret("users", "htpasswd", $"alice:{Manifests.Hash}") + Manifests.Repository("team-b"));
        var read = Read();
        Assert.Empty(read.Problems);
        Assert.False(read.IsMounted);
        Assert.Equal(["team-a", "team-b"], read.Manifests.Resources.Select(resource => resource.Metadata.Name));
        var secret = read.FindSecret(read.Manifests.Resources[0], "users");
        Assert.Equal(["htpasswd"], secret!.Keys);
        Assert.Null(read.FindSecret(read.Manifests.Resources[0], "other"));
    }

    [Fact]
    public void All_problems_are_reported_at_once_each_with_its_position()
    {
        Write("a.yaml", Manifests.Repository("team-a", "{ uploads: { overwrite: Sometimes } }"));
        Write("b.yaml", Manifests.Repository("team-b", "{ access: { usersSecretRef: { name: missing } } }"));
        var problems = Read().Problems.Select(problem => problem.ToString()).ToList();
        Assert.Equal(2, problems.Count);
        Assert.Contains(problems, problem => problem.StartsWith(_folder["a.yaml:5:"], StringComparison.Ordinal)
            && problem.Contains("spec.uploads.overwrite", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.StartsWith(_folder["b.yaml:5:"], StringComparison.Ordinal)
            && problem.Contains("\"missing\"", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_a_cluster_no_snapshot_passes_for_restored_and_none_for_a_backup()
    {
        Write("a.yaml", Manifests.Repository("team-a", "{ storage: { restoreFrom: { volumeSnapshot: a } } }"));
        Assert.EndsWith(
            "spec.storage.restoreFrom.volumeSnapshot: only a cluster has volume snapshots: leave restoreFrom out to begin "
                + "with an empty folder, or restore a backup in a bucket",
            Assert.Single(Read().Problems).ToString(), StringComparison.Ordinal);

        Write("a.yaml", Manifests.Repository("team-a", "{ backup: { to: { volumeSnapshotClassName: fast } } }"));
        var read = Read();
        Assert.Empty(read.Problems);
        Assert.EndsWith(
            "spec.backup.to.volumeSnapshotClassName: only a cluster has volume snapshots: no backups are made here",
            Assert.Single(read.Warnings).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_pipe_in_a_folder_is_skipped_without_blocking()
    {
        Write("a.yaml", Manifests.Repository("team-a"));
        using (var made = Process.Start("mkfifo", [_folder["pipe.yaml"]]))
            made.WaitForExit();
        var read = Read();
        Assert.Empty(read.Problems);
        Assert.Equal(
            $"{_folder["pipe.yaml"]}: is not a regular file; skipped", Assert.Single(read.Warnings).ToString());
    }

    [Fact]
    public void Two_namespaces_cannot_share_a_name_where_each_is_served_under_it()
    {
        Write("a.yaml", Manifests.Repository("team-a", ns: "one") + Manifests.Repository("team-a", ns: "two"));
        var problem = Assert.Single(Read().Problems);
        Assert.Equal(ProblemReason.NameTaken, problem.Reason);
        Assert.Contains("\"team-a\" is taken", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Manifests_without_a_repository_are_nothing_to_serve()
    {
        Write("a.yaml", Manifests.Secret("users", "htpasswd", "x"));
        Assert.Contains(
            "contains no PythonRepository", Assert.Single(Read().Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unusable_Secret_is_reported_at_the_field_that_names_it()
    {
        Write("a.yaml", Manifests.Repository("team-a", "{ access: { usersSecretRef: { name: users } } }")
            + Manifests.Secret("users", "htpasswd", "alice:secret"));
        var problem = Assert.Single(Read().Problems);
        Assert.StartsWith("spec.access.usersSecretRef", problem.FieldPath, StringComparison.Ordinal);
        Assert.Contains("the Secret \"users\" has a hash in line", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reading_many_slow_hashes_costs_nothing()
    {
        // Each would take days.
        var slow = Manifests.Hash.Replace("$05$", "$31$", StringComparison.Ordinal);
        var users = string.Concat(Enumerable.Range(0, 100).Select(i => $"user{i}:{slow}\\n"));
        Write("a.yaml", Manifests.Repository("team-a", "{ access: { usersSecretRef: { name: users } } }")
            + Manifests.Secret("users", "htpasswd", users));
        var problem = Assert.Single(Read().Problems);
        Assert.Contains("in line 1 of htpasswd that costs too much", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_hash_changes_only_with_the_content()
    {
        Write("a.yaml", Manifests.Repository("team-a"));
        var first = Read().Hash;
        Write("notes.txt", "nothing");
        File.SetLastWriteTimeUtc(_folder["a.yaml"], DateTime.UnixEpoch);
        Assert.Equal(first, Read().Hash);
        Write("a.yaml", Manifests.Repository("team-a", "{ suspend: true }"));
        Assert.NotEqual(first, Read().Hash);
    }

    [Fact]
    public void A_hash_is_of_names_and_contents_whatever_their_order()
    {
        (string, byte[])[] parts = [("a", [1]), ("b", [2])];
        Assert.Equal(ContentHash.Compute(parts), ContentHash.Compute(parts.Reverse()));
        Assert.NotEqual(ContentHash.Compute(parts), ContentHash.Compute([("a", [2]), ("b", [1])]));
        Assert.NotEqual(ContentHash.Compute([("ab", [1])]), ContentHash.Compute([("a", [(byte)'b', 1])]));
    }

    ServerConfiguration Read() => ConfigurationReader.Read([_folder.Path]);

    void Write(string name, string text) => File.WriteAllText(_folder[name], text);
}
