namespace PyRepo.Kubernetes.Client.Configuration;

sealed record NamedContext(string Name, KubeconfigContext? Context);
