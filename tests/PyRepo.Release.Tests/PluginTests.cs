using System.Diagnostics;

namespace PyRepo.Release.Tests;

/// <summary>The plugin of kubectl in a release.</summary>
public sealed class PluginTests(ReleaseFixture release)
{
    [Theory]
    [InlineData("amd64")]
    [InlineData("arm64")]
    public async Task It_unpacks_to_the_program_of_the_operators_image_under_the_names_that_kubectl_looks_for(
        string architecture)
    {
        using var folder = new TemporaryFolder();
        var archive = Path.Combine(release.Signed.Path, $"kubectl-pyrepo-0.1.0-linux-{architecture}.tar.gz");
        await RunAsync(folder, "tar", "-xzf", archive, "-C", folder.Path);
        var program = folder["kubectl-pyrepo"];
        Assert.Equal($"pyrepo-operator for {architecture}", await File.ReadAllTextAsync(program));

        await File.WriteAllTextAsync(program, "#!/bin/sh\necho \"$@\"\n"); // It keeps its mode.
        Assert.Equal(
            "__complete status te\n", await RunAsync(folder, folder["kubectl_complete-pyrepo"], "status", "te"));
    }

    static async Task<string> RunAsync(TemporaryFolder path, string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            Environment = { ["PATH"] = $"{path.Path}:{Environment.GetEnvironmentVariable("PATH")}" },
        })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}
