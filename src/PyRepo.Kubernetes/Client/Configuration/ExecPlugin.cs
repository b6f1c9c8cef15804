using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace PyRepo.Kubernetes.Client.Configuration;

/// <summary>
/// A program that provides credentials. It is run when they are first needed, when they expire, and after a 401; once
/// at a time.
/// </summary>
sealed class ExecPlugin : Credentials
{
    const int MaxQuoted = 300;
    static readonly TimeSpan _deadline = TimeSpan.FromMinutes(1);
    readonly KubeconfigExec _exec;
    readonly string _folder;
    readonly KubeconfigCluster _cluster;
    readonly TimeProvider _clock;
    readonly SemaphoreSlim _running = new(1);
    Credential? _told;
    DateTimeOffset? _expires;

    /// <exception cref="KubeconfigException">It needs a terminal, or speaks another version.</exception>
    public ExecPlugin(KubeconfigExec exec, string folder, KubeconfigCluster cluster, TimeProvider clock)
    {
        (_exec, _folder, _cluster, _clock) = (exec, folder, cluster, clock);
        if (string.IsNullOrEmpty(exec.Command))
            throw new KubeconfigException("The kubeconfig's exec names no command.");
        if (exec.ApiVersion is not ("client.authentication.k8s.io/v1" or "client.authentication.k8s.io/v1beta1"))
        {
            throw new KubeconfigException($"The kubeconfig's exec has apiVersion '{exec.ApiVersion}'. "
                + "Use client.authentication.k8s.io/v1.");
        }
        if (exec.InteractiveMode == "Always")
            throw new KubeconfigException(
                $"{exec.Command} needs a terminal (interactiveMode: Always). Use another user.");
    }

    /// <inheritdoc/>
    public override async ValueTask<Credential> GetAsync(CancellationToken cancellationToken)
    {
        await _running.WaitAsync(cancellationToken);
        try
        {
            if (_told is not null && (_expires is null || _clock.GetUtcNow() < _expires))
                return _told;
            var status = await RunAsync(cancellationToken);
            _expires = status.ExpirationTimestamp;
            return _told = new(status.Token, Pem(status.ClientCertificateData), Pem(status.ClientKeyData));
        }
        finally
        {
            _running.Release();
        }
    }

    /// <inheritdoc/>
    public override bool Reject(Credential rejected)
    {
        Interlocked.CompareExchange(ref _told, null, rejected);
        return true;
    }

    async Task<ExecStatus> RunAsync(CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(_deadline, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        using var process = Start();
        try
        {
            process.StandardInput.Close();
            var error = process.StandardError.ReadToEndAsync(either.Token);
            var output = await process.StandardOutput.ReadToEndAsync(either.Token);
            await process.WaitForExitAsync(either.Token);
            if (process.ExitCode != 0)
                throw new KubeconfigException($"{_exec.Command} ended with {process.ExitCode}: {Bounded(await error)}");
            return Parse(output);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new KubeconfigException($"{_exec.Command} gave no credentials within {_deadline.TotalSeconds} s.");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    Process Start()
    {
        var command = _exec.Command!;
        // Only a path is relative to the kubeconfig; a bare name is looked for in PATH.
        var path = command.Contains('/', StringComparison.Ordinal) ? Path.Combine(_folder, command) : command;
        var start = new ProcessStartInfo(path, _exec.Args ?? [])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in _exec.Env ?? [])
            start.Environment[name] = value ?? "";
        start.Environment["KUBERNETES_EXEC_INFO"] = Told();
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception error)
        {
            throw new KubeconfigException(
                $"{command} can't be started: {error.Message}. {_exec.InstallHint}".TrimEnd(), error);
        }
    }

    string Told()
    {
        var cluster = !_exec.ProvideClusterInfo ? null : new ExecCluster
        {
            Server = _cluster.Server,
            TlsServerName = _cluster.TlsServerName,
            InsecureSkipTlsVerify = _cluster.InsecureSkipTlsVerify,
            CertificateAuthorityData = _cluster.AuthorityData ?? AuthorityFile(),
            ProxyUrl = _cluster.ProxyUrl,
        };
        var request = new ExecCredential
        {
            ApiVersion = _exec.ApiVersion,
            Kind = "ExecCredential",
            Spec = new(false, cluster),
        };
        return JsonSerializer.Serialize(request, ClientJson.Default.ExecCredential);
    }

    byte[]? AuthorityFile() => string.IsNullOrEmpty(_cluster.AuthorityFile)
        ? null
        : new PemSource(null, Path.Combine(_folder, _cluster.AuthorityFile), _clock).Get();

    ExecStatus Parse(string output)
    {
        try
        {
            var response = JsonSerializer.Deserialize(output, ClientJson.Default.ExecCredential);
            if (response?.ApiVersion != _exec.ApiVersion)
            {
                throw new KubeconfigException(
                    $"{_exec.Command} answered in apiVersion '{response?.ApiVersion}', not {_exec.ApiVersion}.");
            }
            if (response?.Status is { } status && (status.Token ?? status.ClientCertificateData) is not null)
                return status;
            throw new KubeconfigException($"{_exec.Command} answered without a token or a certificate.");
        }
        catch (JsonException error)
        {
            throw new KubeconfigException($"{_exec.Command} did not return an ExecCredential.", error);
        }
    }

    static byte[]? Pem(string? text) => string.IsNullOrEmpty(text) ? null : Encoding.ASCII.GetBytes(text);

    static string Bounded(string text) =>
        text.Trim() is { Length: > MaxQuoted } trimmed ? trimmed[..MaxQuoted] : text.Trim();
}
