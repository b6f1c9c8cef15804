using System.Runtime.InteropServices;
using System.Text;
using PyRepo.Server.Serving.Configuration;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Serving.Configuration;

public sealed partial class MountedFilesTests : IDisposable
{
    const int Members = 100;
    readonly TemporaryFolder _folder = new();

    public MountedFilesTests()
    {
        WriteVersion("one");
        WriteVersion("two");
        Swap("one");
        foreach (var entry in (string[])["resource.yaml", "members", "secrets"])
            File.CreateSymbolicLink(_folder.At(entry), $"..data/{entry}");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Files_of_two_versions_of_a_volume_are_never_read_as_one()
    {
        var random = new Random(1);
        for (var reading = 0; reading < 50; reading++)
        {
            var swapping = Task.Run(() =>
            {
                Thread.SpinWait(random.Next(100_000));
                Swap(reading % 2 == 0 ? "two" : "one");
            });
            var versions = Read();
            await swapping;
            Assert.Single(versions.Distinct());
        }
    }

    [Fact]
    public async Task A_volume_that_changes_at_each_attempt_is_not_read()
    {
        using var enough = new CancellationTokenSource();
        var swapping = Task.Run(() =>
        {
            for (var swap = 0; !enough.IsCancellationRequested; swap++)
            {
                Swap(swap % 2 == 0 ? "two" : "one");
                Thread.SpinWait(10_000); // A reading takes many times as long.
            }
        });
        try
        {
            await Eventually.IsAsync(
                "each attempt meets a change", () => Task.FromResult(swapping.IsFaulted || IsRejected()));
        }
        finally
        {
            await enough.CancelAsync();
            await swapping;
        }
        Assert.Single(Read().Distinct());
    }

    bool IsRejected()
    {
        try
        {
            Assert.Single(Read().Distinct());
            return false;
        }
        catch (IOException error) when (error.Message.Contains("changed while it was read", StringComparison.Ordinal))
        {
            return true;
        }
    }

    /// <summary>The version that each file is of.</summary>
    IReadOnlyList<string> Read()
    {
        var files = MountedFiles.Load(_folder.Path, DateTimeOffset.UnixEpoch);
        return
        [
            .. files.Manifests.Sources.Select(source => source.Text),
            .. files.Mounted!.Secrets.Values.SelectMany(keys => keys.Values).Select(Encoding.UTF8.GetString),
        ];
    }

    void WriteVersion(string name)
    {
        _folder.Write($"..{name}/resource.yaml", name);
        for (var member = 0; member < Members; member++)
            _folder.Write($"..{name}/members/{member}.yaml", name);
        _folder.Write($"..{name}/secrets/credentials/password", name);
    }

    /// <summary>As kubelet does: each version has a name of its own, and the link is never for a moment absent.</summary>
    void Swap(string name)
    {
        var version = $"..{Guid.NewGuid():N}";
        File.CreateSymbolicLink(_folder.At(version), $"..{name}");
        File.CreateSymbolicLink(_folder.At("..data_tmp"), version);
        Assert.Equal(0, Rename(_folder.At("..data_tmp"), _folder.At("..data")));
    }

    /// <summary>rename(2), as .NET's own refuses to replace a link to a folder.</summary>
    [LibraryImport("libc", EntryPoint = "rename", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Rename(string from, string to);
}
