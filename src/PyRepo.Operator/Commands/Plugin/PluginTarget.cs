using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Completions;
using System.Text.Json.Nodes;
using PyRepo.Operator.Controllers;

namespace PyRepo.Operator.Commands.Plugin;

/// <summary>The options and the argument by which a command of the plugin finds its repository.</summary>
sealed class PluginTarget
{
    const string NamesTemplate = @"jsonpath={range .items[*]}{.metadata.name}{""\n""}{end}";

    readonly Option<string?> _kubeconfig = new("--kubeconfig") { Description = "The cluster.", HelpName = "FILE" };
    readonly Option<string?> _context = new("--context") { Description = "The context.", HelpName = "NAME" };

    /// <summary>The namespace of the repository.</summary>
    public Option<string?> Namespace { get; } = new("--namespace", "-n")
    {
        Description = "The namespace. [default: the context's]",
        HelpName = "NAMESPACE",
    };

    /// <summary>The name of the repository, which no two kinds share.</summary>
    public Argument<string> Name { get; } = new("NAME") { Description = "The repository, of any kind." };

    /// <summary>Makes a command take them.</summary>
    public Command AddTo(Command command)
    {
        command.Arguments.Insert(0, Name);
        Name.CompletionSources.Add(CompleteName);
        command.Options.Add(Namespace);
        command.Options.Add(_kubeconfig);
        command.Options.Add(_context);
        return command;
    }

    /// <summary>The names of all repositories; none if kubectl fails, because a shell has no place for its message.</summary>
    IEnumerable<CompletionItem> CompleteName(CompletionContext context)
    {
        if (context.ParseResult.GetValue(Name) is { } name && name != context.WordToComplete)
            return [];
        try
        {
            var names = Open(context.ParseResult).AskAsync(
                CancellationToken.None,
                ["get", Kinds, .. Scope(context.ParseResult), "-o", NamesTemplate, "--request-timeout=5s"])
                .GetAwaiter().GetResult();
            return names.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(name => new CompletionItem(name));
        }
        catch (KubectlException)
        {
            return [];
        }
    }

    /// <summary>kubectl, for the cluster that is meant.</summary>
    public Kubectl Open(ParseResult parsed)
    {
        ImmutableArray<string> kubeconfig = parsed.GetValue(_kubeconfig) is { } file ? ["--kubeconfig", file] : [];
        ImmutableArray<string> context = parsed.GetValue(_context) is { } name ? ["--context", name] : [];
        return new Kubectl([.. kubeconfig, .. context]);
    }

    /// <summary>The option for kubectl that names the namespace; none for the context's.</summary>
    public ImmutableArray<string> Scope(ParseResult parsed) =>
        parsed.GetValue(Namespace) is { } ns ? ["-n", ns] : [];

    /// <summary>Finds the repository.</summary>
    /// <exception cref="KubectlException">There is none of the name.</exception>
    public async Task<FoundResource> FindAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (kubectl, name) = (Open(parsed), parsed.GetRequiredValue(Name));
        var all = await kubectl.GetAsync(cancellationToken, [Kinds, .. Scope(parsed)]);
        var found = all.FirstOrDefault(each => (string?)each["metadata"]?["name"] == name)
            ?? throw new KubectlException(
                $"There is no repository '{name}' in this namespace. "
                + (all.Count == 0 ? "There is none at all: see --namespace."
                    : $"There are: {string.Join(", ", all.Select(each => (string?)each["metadata"]?["name"]))}."));
        return new FoundResource(kubectl, found);
    }

    /// <summary>The three kinds, for <c>kubectl get</c>.</summary>
    public static string Kinds { get; } =
        string.Join(',', CustomTypes.All.Select(type => $"{type.Plural}.{type.Group}"));
}

/// <summary>A repository that a command is about.</summary>
/// <param name="Kubectl">The way to it.</param>
/// <param name="Document">The resource as it is in the cluster.</param>
sealed record FoundResource(Kubectl Kubectl, JsonNode Document)
{
    /// <summary>The kind.</summary>
    public string Kind => (string?)Document["kind"] ?? "";

    /// <summary>The namespace.</summary>
    public string Namespace => (string?)Document["metadata"]?["namespace"] ?? "";

    /// <summary>The name.</summary>
    public string Name => (string?)Document["metadata"]?["name"] ?? "";

    /// <summary>As kubectl takes it: <c>pythonrepository.pyrepo.dev/team</c>.</summary>
    public string Reference =>
        $"{CustomTypes.All.Single(type => type.Kind == Kind).Plural}.{CustomTypes.All[0].Group}/{Name}";

    /// <summary>The labels of its children and pods, as a selector.</summary>
    public string Selector => $"pyrepo.dev/kind={Kind},pyrepo.dev/name={Name}";

    /// <summary>Objects of a kind that belong to it.</summary>
    public Task<IReadOnlyList<JsonNode>> GetChildrenAsync(string kind, CancellationToken cancellationToken) =>
        Kubectl.GetAsync(cancellationToken, kind, "-n", Namespace, "-l", Selector);
}
