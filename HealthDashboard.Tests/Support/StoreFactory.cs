namespace HealthDashboard.Tests.Support;

/// <summary>Gives one test stores over data of its own. This is all that a contract needs from an adapter.</summary>
/// <typeparam name="T">The role's interface.</typeparam>
public abstract class StoreFactory<T> : IDisposable
{
    /// <summary>A store over the test's data; one more over the same data, as another node has, when called again.</summary>
    public abstract T Open();

    /// <summary>Closes every store that is open, as the end of the program does, and opens one over what they left.</summary>
    public abstract T Reopen();

    /// <summary>Closes the stores and removes the data.</summary>
    public abstract void Dispose();

    /// <summary>The same stores, each behind something that changes what it does.</summary>
    public StoreFactory<T> Through(Func<T, T> change) => new Changed(this, change);

    private sealed class Changed(StoreFactory<T> inner, Func<T, T> change) : StoreFactory<T>
    {
        public override T Open() => change(inner.Open());

        public override T Reopen() => change(inner.Reopen());

        public override void Dispose() => inner.Dispose();
    }
}
