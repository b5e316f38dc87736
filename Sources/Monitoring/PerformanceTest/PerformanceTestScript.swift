/// What the client of a performance test runs, and the words in which its log tells how each step went.
enum PerformanceTestScript {
  /// Begins the lines between which a step prints: `## terway-performance-test begin ping`, `… end ping 0`.
  static let mark = "## terway-performance-test"

  /// The steps in their order.
  enum Step: String, CaseIterable, Sendable {
    /// Until the server takes connections.
    case wait
    case ping
    /// Opens TCP connections, one after another.
    case connect
    /// Throughput from client to server.
    case send
    /// Throughput from server to client.
    case receive

    /// Without these there is no result. ICMP may be filtered where TCP is not.
    var isRequired: Bool { self == .send || self == .receive }
  }

  /// Echo requests, and TCP connections.
  static let attempts = 20
  /// How often a throughput measurement is begun: the server serves one client at a time.
  static let tries = 3

  /// The most that a run can take, in seconds, with measurements of so many seconds each.
  static func longestRun(measuring duration: Int64) -> Int64 {
    let (waiting, latencies, slack): (Int64, Int64, Int64) = (180, 120, 60)
    return waiting + latencies + 2 * (duration + slack)
  }

  /// For a POSIX shell. Reads SERVER, PORT, CONNECT_PORT, SECONDS_TO_RUN and STREAMS. Both latencies are taken on an idle path.
  static let text = #"""
    set -u

    step() {
      name=$1
      shift
      printf '\#(mark) begin %s\n' "$name"
      "$@" 2>&1
      status=$?
      printf '\n\#(mark) end %s %s\n' "$name" "$status"
      return "$status"
    }

    # One line: seconds until the name was known, seconds until the connection stood. The server hangs up at once, which
    # curl calls an empty reply (52) or a reset (56).
    connect_once() {
      curl --silent --output /dev/null --noproxy '*' --connect-timeout 2 --max-time 3 \
        --write-out '%{time_namelookup} %{time_connect}\n' "http://$SERVER:$CONNECT_PORT/"
      case $? in
        0 | 52 | 56) return 0 ;;
        *) return 1 ;;
      esac
    }

    wait_for_server() {
      attempt=1
      until connect_once >/dev/null; do
        if [ "$attempt" -ge 40 ]; then
          echo "no connection to $SERVER:$CONNECT_PORT after $attempt attempts"
          return 1
        fi
        attempt=$((attempt + 1))
        sleep 2
      done
    }

    connect_often() {
      attempt=0
      connected=1
      while [ "$attempt" -lt \#(attempts) ]; do
        if connect_once; then connected=0; fi
        attempt=$((attempt + 1))
        sleep 0.2
      done
      return "$connected"
    }

    # Only the last report is printed. Reports of intervals would make the log grow with the duration.
    measure() {
      attempt=1
      while true; do
        report=$(timeout "$((SECONDS_TO_RUN + 30))" iperf3 --client "$SERVER" --port "$PORT" --connect-timeout 5000 \
          --json --interval 0 --time "$SECONDS_TO_RUN" --parallel "$STREAMS" "$@" 2>&1)
        status=$?
        if [ "$status" -eq 0 ] || [ "$attempt" -ge \#(tries) ]; then break; fi
        attempt=$((attempt + 1))
        sleep 5
      done
      printf '%s\n' "$report"
      return "$status"
    }

    step wait wait_for_server || exit 1
    step ping ping -n -q -c \#(attempts) -i 0.2 -w 30 "$SERVER"
    step connect connect_often
    result=0
    step send measure || result=1
    step receive measure --reverse || result=1
    exit "$result"

    """#
}
