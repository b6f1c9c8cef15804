using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Client.Configuration;
using PyRepo.Operator.Settings;

namespace PyRepo.Operator.Commands;

/// <summary>Failures while a command starts: one message, and exit status 1.</summary>
static class Failures
{
    public static async Task<int> HandleErrorsAsync(Func<Task<int>> command)
    {
        try
        {
            return await command();
        }
        catch (Exception error)
            when (error is SettingsException or KubeconfigException or KubernetesException or FormatException
            or TimeoutException or IOException or HttpRequestException)
        {
            await Console.Error.WriteLineAsync($"pyrepo-operator: {error.Message}");
            return 1;
        }
    }
}
