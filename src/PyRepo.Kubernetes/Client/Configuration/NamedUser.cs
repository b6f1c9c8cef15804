namespace PyRepo.Kubernetes.Client.Configuration;

sealed record NamedUser(string Name, KubeconfigUser? User);
