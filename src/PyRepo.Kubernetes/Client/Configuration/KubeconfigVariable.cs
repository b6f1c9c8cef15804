namespace PyRepo.Kubernetes.Client.Configuration;

sealed record KubeconfigVariable(string Name, string? Value);
