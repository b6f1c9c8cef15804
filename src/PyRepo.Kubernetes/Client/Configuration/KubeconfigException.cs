namespace PyRepo.Kubernetes.Client.Configuration;

/// <summary>A kubeconfig, or something that it names, cannot be used. The message shows what to correct.</summary>
public sealed class KubeconfigException(string message, Exception? inner = null) : IOException(message, inner);
