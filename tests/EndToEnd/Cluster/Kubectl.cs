namespace EndToEnd.Cluster;

/// <summary>The administrator's kubectl.</summary>
public static class Kubectl
{
    /// <summary>Runs it.</summary>
    public static Task<ProgramResult> RunAsync(params IReadOnlyList<string> arguments) =>
        new ProgramRun("kubectl", arguments).RunAsync();

    /// <summary>Runs it, and tells what it prints; the test fails if it fails.</summary>
    public static async Task<string> AskAsync(params IReadOnlyList<string> arguments) =>
        (await RunAsync(arguments)).MustSucceed().Output.Trim();

    /// <summary>The generated password of a repository's publisher.</summary>
    public static Task<string> PasswordAsync(string ns, string repository) => AskAsync(
        "get", "secret", "--namespace", ns, $"{repository}-credentials", "--output", "go-template={{.data.password | base64decode}}");
}
