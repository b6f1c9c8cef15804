using System.CommandLine;
using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Client.Configuration;
using PyRepo.Operator.Settings;
using PyRepo.Resources.Rules;

namespace PyRepo.Operator.Commands;

/// <summary>Which cluster a command is about, and which namespace of it is the operator's.</summary>
sealed class ClusterOptions
{
    readonly Option<string?> _kubeconfig = new("--kubeconfig")
    {
        Description = "The cluster. [default: $KUBECONFIG, ~/.kube/config, or in a pod its own cluster]",
        HelpName = "FILE",
    };

    readonly Option<string?> _context =
        new("--context") { Description = "The context of the kubeconfig.", HelpName = "NAME" };

    readonly Option<string?> _namespace = new("--namespace")
    {
        Description = "The operator's namespace. [default: the pod's, or the context's]",
        HelpName = "NAMESPACE",
    };

    /// <summary>Makes a command take them.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_kubeconfig);
        command.Options.Add(_context);
        command.Options.Add(_namespace);
    }

    /// <summary>A connection to the cluster.</summary>
    /// <exception cref="KubeconfigException">There is none, or something in the kubeconfig is wrong.</exception>
    public ClusterConnection Open(ParseResult parsed) =>
        ClusterConnection.Open(parsed.GetValue(_kubeconfig), parsed.GetValue(_context), TimeProvider.System);

    /// <summary>The operator's namespace.</summary>
    /// <exception cref="SettingsException">It is no namespace's name.</exception>
    public string GetNamespace(ParseResult parsed, ClusterConnection connection)
    {
        if (parsed.GetValue(_namespace) is not { } name)
            return connection.Namespace;
        SettingsRules.CheckPatterns(NameRules.Label, name, "--namespace");
        return name;
    }
}
