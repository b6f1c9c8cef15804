using System.Net;
using System.Net.Sockets;

namespace EndToEnd.Cluster;

/// <summary>The administrator's kubectl.</summary>
public static class Kubectl
{
    /// <summary>Runs it.</summary>
    public static Task<ProgramResult> RunAsync(params IReadOnlyList<string> arguments) =>
        new ProgramRun("kubectl", arguments).RunAsync();

    /// <summary>Runs it, and tells what it prints; the test fails if it fails.</summary>
    public static async Task<string> AskAsync(params IReadOnlyList<string> arguments)
    {
        var result = await RunAsync(arguments);
        KubectlTimeout.ThrowIfExpired(result.Error, result);
        return result.MustSucceed().Output.Trim();
    }

    /// <summary>The address at which pods find this machine.</summary>
    public static async Task<IPAddress> AddressOfThisMachineAsync()
    {
        using var socket = new Socket(SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(new Uri(Environment.GetEnvironmentVariable("PYREPO_INGRESS")!).Host, 80);
        return ((IPEndPoint)socket.LocalEndPoint!).Address.MapToIPv4();
    }

    /// <summary>The generated password of a repository's publisher.</summary>
    public static Task<string> PasswordAsync(string ns, string repository) => AskAsync(
        "get", "secret", "--namespace", ns, $"{repository}-credentials", "--output",
        "go-template={{.data.password | base64decode}}");
}
