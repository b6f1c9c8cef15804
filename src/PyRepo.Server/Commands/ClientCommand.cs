using System.Text.Json;
using PyRepo.Client;
using PyRepo.Resources.Values;

namespace PyRepo.Server.Commands;

/// <summary>Runs what a command asks of servers, and says on standard error what fails.</summary>
static class ClientCommand
{
    /// <summary>Runs what uses a client. Writes what fails, and returns the exit status.</summary>
    /// <param name="repository">The URL of the repository.</param>
    /// <param name="user">The user, who is asked for the password, or null for nobody.</param>
    /// <param name="run">Uses the client.</param>
    public static Task<int> RunAsync(Uri repository, string? user, Func<ApiClient, Task> run) =>
        RunAsync($"{repository}: ", async () =>
        {
            using var client = new ApiClient(repository, user, user is null ? "" : Passwords.Read(user));
            await run(client);
        });

    /// <summary>Runs what asks repositories. Writes what fails, after a prefix, and returns the exit status.</summary>
    public static async Task<int> RunAsync(string prefix, Func<Task> run)
    {
        try
        {
            await run();
            return 0;
        }
        catch (OperationCanceledException error)
        {
            return await FailAsync(
                error.InnerException is TimeoutException ? $"{prefix}The server does not answer." : "Interrupted.");
        }
        catch (Exception error) when (error is HttpRequestException or JsonException or IOException)
        {
            return await FailAsync(prefix + error.Message);
        }
    }

    static async Task<int> FailAsync(string message)
    {
        // The server's words must not move the cursor of a terminal.
        await Console.Error.WriteLineAsync(ControlCharacters.Escape(message));
        return 1;
    }
}
