namespace PyRepo.Egress;

/// <summary>
/// Work that others share, or that goes on when the request that starts it has ended. It inherits nothing of that
/// request's execution context, so that what one caller sends cannot influence what others get.
/// </summary>
static class DetachedTask
{
    /// <summary>Starts work on the thread pool.</summary>
    public static Task<T> Run<T>(Func<Task<T>> work)
    {
        using (ExecutionContext.SuppressFlow())
            return Task.Run(work);
    }

    /// <inheritdoc cref="Run{T}(Func{Task{T}})"/>
    public static Task Run(Func<Task> work)
    {
        using (ExecutionContext.SuppressFlow())
            return Task.Run(work);
    }
}
