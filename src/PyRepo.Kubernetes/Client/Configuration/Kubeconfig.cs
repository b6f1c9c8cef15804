namespace PyRepo.Kubernetes.Client.Configuration;

/// <summary>Kubeconfig files taken together: of each name the first counts (clientcmd's rules).</summary>
sealed class Kubeconfig
{
    readonly Dictionary<string, (KubeconfigCluster Cluster, string Folder)> _clusters = [];
    readonly Dictionary<string, (KubeconfigUser User, string Folder)> _users = [];
    readonly Dictionary<string, KubeconfigContext> _contexts = [];
    string? _currentContext;

    /// <summary>Reads files; those that are not there are passed over.</summary>
    /// <exception cref="KubeconfigException">One can't be read, or none is there.</exception>
    public static Kubeconfig Read(IReadOnlyList<string> paths)
    {
        var merged = new Kubeconfig();
        var there = paths.Where(File.Exists).ToList();
        if (there.Count == 0)
        {
            throw new KubeconfigException(
                $"No cluster is configured: there is no {string.Join(" or ", paths)}. Set KUBECONFIG.");
        }
        foreach (var path in there)
            merged.Add(KubeconfigText.Parse(path, ReadText(path)), Path.GetDirectoryName(Path.GetFullPath(path))!);
        return merged;
    }

    /// <summary>Reads the settings of a context.</summary>
    /// <param name="context">Its name; null: the current one.</param>
    /// <param name="clock">The clock.</param>
    /// <exception cref="KubeconfigException">It names what is not there, or can't be used.</exception>
    public ClusterSettings Select(string? context, TimeProvider clock)
    {
        var name = context ?? _currentContext
            ?? throw new KubeconfigException("The kubeconfig has no current-context. Name a context.");
        if (!_contexts.TryGetValue(name, out var chosen))
            throw new KubeconfigException($"The kubeconfig has no context '{name}'.");
        if (!_clusters.TryGetValue(chosen.Cluster ?? "", out var cluster))
        {
            throw new KubeconfigException(
                $"The kubeconfig has no cluster '{chosen.Cluster}', which context '{name}' names.");
        }
        var settings = Cluster(cluster.Cluster, cluster.Folder, clock) with
        {
            Namespace = string.IsNullOrEmpty(chosen.Namespace) ? "default" : chosen.Namespace,
        };
        if (string.IsNullOrEmpty(chosen.User))
            return settings;
        if (!_users.TryGetValue(chosen.User, out var user))
            throw new KubeconfigException($"The kubeconfig has no user '{chosen.User}', whom context '{name}' names.");
        return settings with { Credentials = User(user.User, user.Folder, cluster.Cluster, clock) };
    }

    void Add(KubeconfigFile file, string folder)
    {
        if (!string.IsNullOrEmpty(file.CurrentContext))
            _currentContext ??= file.CurrentContext;
        foreach (var (name, cluster) in file.Clusters ?? [])
            _clusters.TryAdd(name, (cluster ?? new(), folder));
        foreach (var (name, user) in file.Users ?? [])
            _users.TryAdd(name, (user ?? new(), folder));
        foreach (var (name, context) in file.Contexts ?? [])
            _contexts.TryAdd(name, context ?? new(null, null, null));
    }

    static ClusterSettings Cluster(KubeconfigCluster cluster, string folder, TimeProvider clock) =>
        new(Address(cluster.Server, "server"), new FixedToken(null))
        {
            Authority = Pem(cluster.AuthorityData, cluster.AuthorityFile, folder, clock),
            TlsServerName = NonEmpty(cluster.TlsServerName),
            Insecure = cluster.InsecureSkipTlsVerify,
            Proxy = NonEmpty(cluster.ProxyUrl) is { } proxy ? Address(proxy, "proxy-url") : null,
        };

    static Credentials User(KubeconfigUser user, string folder, KubeconfigCluster cluster, TimeProvider clock)
    {
        if (NonEmpty(user.TokenFile) is { } tokenFile)
            return new TokenFile(Path.Combine(folder, tokenFile), clock);
        if (NonEmpty(user.Token) is { } token)
            return new FixedToken(token);
        if (user.Exec is { } exec)
            return new ExecPlugin(exec, folder, cluster, clock);
        var certificate = Pem(user.CertificateData, user.CertificateFile, folder, clock);
        var key = Pem(user.KeyData, user.KeyFile, folder, clock);
        return certificate is null || key is null ? new FixedToken(null) : new CertificateCredentials(certificate, key);
    }

    static PemSource? Pem(byte[]? data, string? file, string folder, TimeProvider clock) =>
        data is { Length: > 0 } ? new(data, null, clock)
        : NonEmpty(file) is { } path ? new(null, Path.Combine(folder, path), clock)
        : null;

    static Uri Address(string? address, string field) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri)
            ? uri
            : throw new KubeconfigException($"'{address}' in the kubeconfig's {field} is not an address (https://…).");

    static string? NonEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    static string ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new KubeconfigException($"The kubeconfig {path} can't be read: {error.Message}", error);
        }
    }
}

sealed record KubeconfigContext(string? Cluster, string? User, string? Namespace);
