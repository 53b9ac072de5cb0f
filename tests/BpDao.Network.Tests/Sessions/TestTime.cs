using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace BpDao.Network.Tests.Sessions;

/// <summary>A clock under the test's hand that says which timers were set.</summary>
internal sealed class TestTime : FakeTimeProvider
{
    private readonly Channel<TimeSpan> _timers = Channel.CreateUnbounded<TimeSpan>();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ITimer timer = base.CreateTimer(callback, state, dueTime, period);
        _timers.Writer.TryWrite(dueTime);
        return timer;
    }

    /// <summary>Waits until a timer of that length is set.</summary>
    public async Task TimerMadeAsync(TimeSpan dueTime)
    {
        while (await _timers.Reader.ReadAsync().AsTask().WaitAsync(TestHost.Deadline) != dueTime)
        {
        }
    }
}
