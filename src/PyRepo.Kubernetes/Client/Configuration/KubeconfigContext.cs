namespace PyRepo.Kubernetes.Client.Configuration;

sealed record KubeconfigContext(string? Cluster, string? User, string? Namespace);
