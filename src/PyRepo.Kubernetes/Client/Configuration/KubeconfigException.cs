namespace PyRepo.Kubernetes.Client.Configuration;

/// <summary>A kubeconfig, or what it names, can't be used; the message says what to correct.</summary>
public sealed class KubeconfigException(string message, Exception? inner = null) : IOException(message, inner);
