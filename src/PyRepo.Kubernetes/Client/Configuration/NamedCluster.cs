namespace PyRepo.Kubernetes.Client.Configuration;

sealed record NamedCluster(string Name, KubeconfigCluster? Cluster);
