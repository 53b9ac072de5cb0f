using System.Threading.Channels;
using BpDao.Core;
using BpDao.Network;

namespace BpDao.Synchronization;

/// <summary>A question of a peer, decoded and within bounds.</summary>
internal readonly record struct Question(int Code, ulong Id, HeadersQuery Query, IReadOnlyList<Hash256> Hashes);

/// <summary>Questions of one peer, served one after the other beside its reading thread. Each peer has a budget of bytes and waits when it is
/// spent; few are served at one time, whoever asks.</summary>
internal sealed class QuestionQueue
{
    /// <summary>What a question costs beside its answer: finding nothing is work as well.</summary>
    private const int BytesOfQuestion = 1024;

    private readonly IPeer _peer;
    private readonly int _version;
    private readonly EthService _service;
    private readonly TokenBucket _budget;
    private readonly Channel<Question> _waiting;
    private volatile bool _closed;

    public QuestionQueue(IPeer peer, int version, EthService service)
    {
        (_peer, _version, _service) = (peer, version, service);
        _budget = new TokenBucket(service.Time, service.Options.ServedBytesPerSecond, service.Options.ServedBurstBytes);
        _waiting = Channel.CreateBounded<Question>(new BoundedChannelOptions(service.Options.WaitingQuestions) { SingleReader = true });
        _ = ServeAsync();
    }

    /// <summary>False when too many wait.</summary>
    public bool TryAdd(in Question question) => _waiting.Writer.TryWrite(question);

    /// <summary>What waits is not served any more.</summary>
    public void Close()
    {
        _closed = true;
        _waiting.Writer.TryComplete();
    }

    private async Task ServeAsync()
    {
        try
        {
            await foreach (Question question in _waiting.Reader.ReadAllAsync().ConfigureAwait(false))
            {
                if (_closed) break;
                byte[] answer = await ServeAsync(question).ConfigureAwait(false);
                _peer.TrySend(new Capability(EthProtocol.Name, _version), AnswerCode(question.Code), answer);
                TimeSpan wait = _budget.Borrow(answer.Length + BytesOfQuestion);
                if (wait > TimeSpan.Zero) await Task.Delay(wait, _service.Time).ConfigureAwait(false);
            }
        }
        catch (Exception fault)
        {
            _service.Fail(_peer, fault);
        }
    }

    private async Task<byte[]> ServeAsync(Question question)
    {
        await _service.Serving.WaitAsync().ConfigureAwait(false);
        try
        {
            return AnswerTo(question);
        }
        finally
        {
            _service.Serving.Release();
        }
    }

    private byte[] AnswerTo(in Question question)
    {
        using WorkScope work = WorkClock.Begin(WorkKind.GossipSent);
        return question.Code switch
        {
            EthMessage.GetBlockHeaders => _service.Server.Headers(question.Id, question.Query),
            EthMessage.GetBlockBodies => _service.Server.Bodies(question.Id, question.Hashes),
            EthMessage.GetReceipts => _service.Server.Receipts(question.Id, _version, question.Hashes),
            EthMessage.GetPooledTransactions => _service.Server.PooledTransactions(question.Id, question.Hashes),
            _ => throw new ArgumentOutOfRangeException(nameof(question), question.Code, "No question."),
        };
    }

    private static int AnswerCode(int question) => question + 1;
}
