using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json.Nodes;

namespace PyRepo.Operator.Commands.Plugin;

/// <summary>
/// The kubectl that started this plugin, or would have: it knows the cluster, the credentials and the rights of its
/// user.
/// </summary>
/// <param name="options">Options for each call, such as <c>--context</c>.</param>
sealed class Kubectl(ImmutableArray<string> options)
{
    static readonly TimeSpan _deadline = TimeSpan.FromSeconds(30);

    /// <summary>Runs it, and returns what it prints.</summary>
    /// <exception cref="KubectlException">It fails, or is not there.</exception>
    public async Task<string> AskAsync(CancellationToken cancellationToken, params IEnumerable<string> arguments)
    {
        using var process = Start(arguments, captures: true);
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        await EndAsync(process, cancellationToken);
        return process.ExitCode == 0 ? await output : throw new KubectlException((await errors).Trim());
    }

    /// <summary>The objects that it finds, as JSON.</summary>
    /// <exception cref="KubectlException">It fails.</exception>
    public async Task<IReadOnlyList<JsonNode>> GetAsync(
        CancellationToken cancellationToken, params IEnumerable<string> arguments)
    {
        var text = await AskAsync(cancellationToken, ["get", .. arguments, "-o", "json"]);
        var found = text.Length == 0 ? null : JsonNode.Parse(text);
        return found is null ? [] : found["items"] is JsonArray items ? [.. items.OfType<JsonNode>()] : [found];
    }

    /// <summary>Runs it with this terminal, and returns its exit status.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken, params IEnumerable<string> arguments)
    {
        using var process = Start(arguments, captures: false);
        await EndAsync(process, cancellationToken);
        return process.ExitCode;
    }

    /// <summary>Forwards a port of this machine to one of a pod or Service until it is disposed.</summary>
    /// <param name="ns">The namespace.</param>
    /// <param name="target"><c>pod/NAME</c> or <c>service/NAME</c>.</param>
    /// <param name="port">Its port.</param>
    /// <param name="local">The port here; 0: any.</param>
    /// <param name="cancellationToken">Ends waiting.</param>
    /// <exception cref="KubectlException">It cannot be forwarded to.</exception>
    public async Task<PortForward> ForwardAsync(
        string ns, string target, int port, int local, CancellationToken cancellationToken)
    {
        var process = Start(["port-forward", "-n", ns, target, $"{(local == 0 ? "" : local)}:{port}"], captures: true);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(_deadline);
            // Forwarding from 127.0.0.1:40123 -> 8081
            if (await process.StandardOutput.ReadLineAsync(deadline.Token) is { } line
                && line.Split(" -> ")[0].Split(':') is [.., var found] && int.TryParse(found, out var number))
            {
                _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
                return new PortForward(process, number);
            }
            throw new KubectlException((await errors.WaitAsync(deadline.Token)).Trim());
        }
        catch (Exception error)
        {
            new PortForward(process, 0).Dispose();
            if (error is OperationCanceledException && !cancellationToken.IsCancellationRequested)
                throw new KubectlException($"{target} did not answer within {_deadline.TotalSeconds} s.");
            throw;
        }
    }

    Process Start(IEnumerable<string> arguments, bool captures)
    {
        try
        {
            return Process.Start(new ProcessStartInfo("kubectl", [.. options, .. arguments])
            {
                RedirectStandardOutput = captures,
                RedirectStandardError = captures,
            })!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new KubectlException("kubectl is not on the PATH: install it.");
        }
    }

    static async Task EndAsync(Process process, CancellationToken cancellationToken)
    {
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }
    }
}

/// <summary>A port of this machine that leads to a pod.</summary>
sealed class PortForward(Process process, int port) : IDisposable
{
    /// <summary>Where it is reached.</summary>
    public Uri Url { get; } = new($"http://127.0.0.1:{port}/");

    /// <summary>Creates a client for what is there. No proxy and no redirect sees what it sends.</summary>
    public HttpClient CreateClient(int maxLength) =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false })
        {
            BaseAddress = Url,
            MaxResponseContentBufferSize = maxLength,
        };

    /// <summary>Waits until it ends by itself, because the pod is gone.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => process.WaitForExitAsync(cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        process.Dispose();
    }
}

/// <summary>The message of a kubectl that failed.</summary>
sealed class KubectlException(string message) : Exception(message);
