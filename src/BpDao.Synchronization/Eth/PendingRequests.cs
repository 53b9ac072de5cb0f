using BpDao.Core;

namespace BpDao.Synchronization;

/// <summary>Reads the content of an answer; false when it is malformed or says more than was asked.</summary>
internal delegate bool AnswerReader<T>(RlpReader items, out T answer);

/// <summary>Questions to one peer that wait for their answers, by id. Thread-safe.</summary>
internal sealed class PendingRequests(TimeProvider time, TimeSpan timeout)
{
    /// <summary>Questions that wait at one time.</summary>
    public const int Capacity = 16;

    private readonly Dictionary<ulong, Pending> _waiting = [];
    private readonly Lock _gate = new();
    private ulong _lastId;
    private bool _closed;

    /// <summary>Asks and waits. Null when there are too many questions already, the session has ended, or no sound answer came in time.</summary>
    /// <param name="send">Given the id; false when it could not be sent.</param>
    public async Task<T?> AskAsync<T>(int answerCode, Func<ulong, bool> send, AnswerReader<T> reader, CancellationToken cancellation)
        where T : class
    {
        Pending<T> pending = new(answerCode, reader);
        ulong id;
        lock (_gate)
        {
            if (_closed || _waiting.Count == Capacity) return null;
            id = ++_lastId;
            _waiting.Add(id, pending);
        }

        try
        {
            if (!send(id)) return null;
            Task late = Task.Delay(timeout, time, cancellation);
            return await Task.WhenAny(pending.Answer, late) == late ? null : await pending.Answer;
        }
        finally
        {
            lock (_gate) _waiting.Remove(id);
        }
    }

    /// <summary>Gives an answer to whoever asked.</summary>
    public AnswerOutcome Receive(int code, ulong id, RlpReader items)
    {
        Pending? pending;
        lock (_gate)
        {
            if (!_waiting.TryGetValue(id, out pending) || pending.AnswerCode != code) return AnswerOutcome.Unasked;
            _waiting.Remove(id);
        }

        return pending.TryComplete(items) ? AnswerOutcome.Given : AnswerOutcome.Malformed;
    }

    /// <summary>All questions end without an answer, later ones at once.</summary>
    public void Close()
    {
        Pending[] open;
        lock (_gate)
        {
            _closed = true;
            open = [.. _waiting.Values];
            _waiting.Clear();
        }

        foreach (Pending pending in open) pending.Fail();
    }

    private abstract class Pending(int answerCode)
    {
        public int AnswerCode => answerCode;

        public abstract bool TryComplete(RlpReader items);

        public abstract void Fail();
    }

    private sealed class Pending<T>(int answerCode, AnswerReader<T> reader) : Pending(answerCode)
        where T : class
    {
        // The reading thread gives the answer and must not run what waits for it.
        private readonly TaskCompletionSource<T?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<T?> Answer => _answer.Task;

        public override bool TryComplete(RlpReader items)
        {
            bool ok = reader(items, out T answer);
            _answer.TrySetResult(ok ? answer : null);
            return ok;
        }

        public override void Fail() => _answer.TrySetResult(null);
    }
}

/// <summary>What became of an answer.</summary>
internal enum AnswerOutcome
{
    Given,
    Unasked,
    Malformed,
}
