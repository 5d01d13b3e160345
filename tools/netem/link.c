/*
 * A bad network between two network namespaces: the one in which this program is
 * started (near) and a new one that it makes (far). IP packets of any protocol pass
 * between two TUN devices; on the way they are lost, delayed and held back as told.
 *
 * Nothing is left behind when it ends, however it ends: the devices close with it,
 * and the far namespace goes with the last process that is in there.
 *
 * Usage:
 *   link
 *     Prints "ready DEVICE NEAR_ADDRESS FAR_ADDRESS FAR_NAMESPACE", the last one a
 *     file, and ends when its standard input does. Each line of the input is
 *     answered by one line:
 *       set DIRECTION LOSS BURST DELAY JITTER RATE QUEUE
 *         DIRECTION 0 from near to far, 1 from far to near; LOSS in percent; BURST
 *         the mean number of packets lost in a row; DELAY and JITTER in ms; RATE in
 *         kbit/s, 0 for any; QUEUE, the longest wait for the rate, in ms.
 *       count
 *         Answered by "count", and for each direction the packets that entered, were
 *         lost, did not fit into the queue, and left, and the bytes that left.
 *   NETEM_NAMESPACE=FILE NETEM_PROGRAM=PROGRAM link [ARGUMENT]...
 *     Becomes the program, in the namespace.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <net/route.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

/* Packets on their way in one direction, and the longest of them. */
#define PLACES 16384
#define LONGEST 1600

/* Packets read at once: more than wait at a device, fewer than an endless stream. */
#define AT_ONCE 1024

#define OWN_NAMESPACE "/proc/self/ns/net"

struct packet {
  double leaves; /* ms */
  int length;
  unsigned char bytes[LONGEST];
};

struct direction {
  double loss, burst, delay, jitter, rate, queue;
  int losing;        /* in a burst of losses */
  double free_at;    /* when the rate allows the next packet, ms */
  double last_leaves;
  long entered, lost, dropped, left, bytes;
  int head, tail;
  struct packet *packets;
};

static struct direction directions[2];

static void fail(const char *what) {
  fprintf(stderr, "link: %s: %s\n", what, strerror(errno));
  exit(1);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

static int opened(const char *file, int flags) {
  int fd = open(file, flags | O_CLOEXEC);
  if (fd < 0) fail(file);
  return fd;
}

/* Opens a TUN device in the namespace of this moment; the name is completed. */
static int open_device(char name[IFNAMSIZ]) {
  int fd = opened("/dev/net/tun", O_RDWR | O_NONBLOCK);
  struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
  strncpy(request.ifr_name, name, IFNAMSIZ - 1);
  if (ioctl(fd, TUNSETIFF, &request) < 0) fail("TUN device");
  strcpy(name, request.ifr_name);
  return fd;
}

static struct sockaddr address_of(unsigned long address) {
  struct sockaddr_in in = {.sin_family = AF_INET};
  in.sin_addr.s_addr = htonl(address);
  struct sockaddr any;
  memcpy(&any, &in, sizeof any);
  return any;
}

/* Only what programs send is to be on the link, no search for IPv6 routers. */
static void disable_ipv6(const char *name) {
  char file[64 + IFNAMSIZ];
  snprintf(file, sizeof file, "/proc/sys/net/ipv6/conf/%s/disable_ipv6", name);
  int fd = open(file, O_WRONLY | O_CLOEXEC);
  /* A kernel without IPv6 has no such file. */
  if (fd < 0) return;
  if (write(fd, "1", 1) < 0) fail(file);
  close(fd);
}

static void bring_up(int control, const char *name) {
  struct ifreq request = {0};
  strncpy(request.ifr_name, name, IFNAMSIZ - 1);
  if (ioctl(control, SIOCGIFFLAGS, &request) < 0) fail(name);
  request.ifr_flags |= IFF_UP;
  if (ioctl(control, SIOCSIFFLAGS, &request) < 0) fail(name);
}

/* Gives a device an address, in a network of four. */
static void set_address(int control, const char *name, unsigned long address) {
  disable_ipv6(name);
  struct ifreq request = {0};
  strncpy(request.ifr_name, name, IFNAMSIZ - 1);
  request.ifr_addr = address_of(address);
  if (ioctl(control, SIOCSIFADDR, &request) < 0) fail("address");
  request.ifr_netmask = address_of(0xfffffffc);
  if (ioctl(control, SIOCSIFNETMASK, &request) < 0) fail("netmask");
  bring_up(control, name);
}

/* Browsers take the device to which the default route leads. */
static void set_default_route(int control, unsigned long gateway) {
  struct rtentry route = {.rt_flags = RTF_UP | RTF_GATEWAY};
  route.rt_dst = address_of(0);
  route.rt_genmask = address_of(0);
  route.rt_gateway = address_of(gateway);
  if (ioctl(control, SIOCADDRT, &route) < 0) fail("default route");
}

static int control_socket(void) {
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) fail("socket");
  return fd;
}

static void set_up(int devices[2]) {
  char near[IFNAMSIZ] = "netem%d", far[IFNAMSIZ] = "netem";
  devices[0] = open_device(near);
  int index = atoi(near + strlen("netem"));
  if (index > 255) {
    fprintf(stderr, "link: there are too many devices: %s\n", near);
    exit(1);
  }
  /* Of 198.18.0.0/15, which RFC 2544 sets aside for measurements. */
  unsigned long network = 0xc6120000UL + 256UL * index;
  int control = control_socket();
  set_address(control, near, network + 1);
  close(control);

  int own = opened(OWN_NAMESPACE, O_RDONLY);
  if (unshare(CLONE_NEWNET) < 0) fail("network namespace");
  int made = opened(OWN_NAMESPACE, O_RDONLY);
  devices[1] = open_device(far);
  control = control_socket();
  bring_up(control, "lo");
  set_address(control, far, network + 2);
  set_default_route(control, network + 1);
  close(control);
  if (setns(own, CLONE_NEWNET) < 0) fail("return to the near namespace");
  close(own);
  printf("ready %s 198.18.%d.1 198.18.%d.2 /proc/%d/fd/%d\n", near, index, index,
         (int)getpid(), made);
  fflush(stdout);
}

/* Losses are independent, or come in bursts by a chain of two states. */
static int is_lost(struct direction *way) {
  double loss = way->loss / 100;
  if (way->burst > 1 && loss < 1) {
    double begins = loss / (way->burst * (1 - loss));
    way->losing = way->losing ? drand48() >= 1 / way->burst : drand48() < begins;
    return way->losing;
  }
  return drand48() < loss;
}

/* Takes in what has come to a device. */
static void take(struct direction *way, int device) {
  for (int i = 0; i < AT_ONCE; i += 1) {
    struct packet *packet = &way->packets[way->tail];
    int length = read(device, packet->bytes, LONGEST);
    if (length <= 0) return;
    way->entered += 1;
    if (is_lost(way)) {
      way->lost += 1;
      continue;
    }
    double time = now(), leaves = time;
    int next = (way->tail + 1) % PLACES;
    if (way->rate > 0) {
      double free_at = way->free_at > time ? way->free_at : time;
      leaves = free_at + length * 8 / way->rate;
    }
    if (next == way->head || leaves - time > way->queue) {
      way->dropped += 1;
      continue;
    }
    way->free_at = leaves;
    leaves += way->delay + way->jitter * drand48();
    /* In order: jitter delays those behind as well. */
    if (leaves < way->last_leaves) leaves = way->last_leaves;
    way->last_leaves = packet->leaves = leaves;
    packet->length = length;
    way->tail = next;
  }
}

/* Lets out what is due. Returns the time until the next is, in ms. */
static double let_out(struct direction *way, int device) {
  double time = now();
  while (way->head != way->tail) {
    struct packet *packet = &way->packets[way->head];
    if (packet->leaves > time + 0.05) return packet->leaves - time;
    if (write(device, packet->bytes, packet->length) == packet->length) {
      way->left += 1;
      way->bytes += packet->length;
    } else {
      way->dropped += 1;
    }
    way->head = (way->head + 1) % PLACES;
  }
  return 1e3;
}

static void obey(const char *line) {
  int number;
  struct direction to;
  if (sscanf(line, "set %d %lf %lf %lf %lf %lf %lf", &number, &to.loss, &to.burst,
             &to.delay, &to.jitter, &to.rate, &to.queue) == 7 &&
      (number == 0 || number == 1)) {
    struct direction *way = &directions[number];
    way->loss = to.loss;
    way->burst = to.burst;
    way->delay = to.delay;
    way->jitter = to.jitter;
    way->rate = to.rate;
    way->queue = to.queue;
    puts("set");
  } else if (strcmp(line, "count") == 0) {
    fputs("count", stdout);
    for (int i = 0; i < 2; i += 1) {
      struct direction *way = &directions[i];
      printf(" %ld %ld %ld %ld %ld", way->entered, way->lost, way->dropped, way->left,
             way->bytes);
    }
    putchar('\n');
  } else {
    printf("unknown: %s\n", line);
  }
  fflush(stdout);
}

/* Obeys the lines that have come; ends the program with its input. */
static void listen_to_input(void) {
  static char text[4096];
  static size_t length;
  ssize_t more = read(STDIN_FILENO, text + length, sizeof text - 1 - length);
  if (more == 0 || (more < 0 && errno != EAGAIN && errno != EINTR)) exit(0);
  if (more < 0) return;
  length += more;
  text[length] = 0;
  char *line = text;
  for (char *end; (end = strchr(line, '\n')); line = end + 1) {
    *end = 0;
    obey(line);
  }
  length -= line - text;
  memmove(text, line, length);
}

static void become(const char *namespace, char *arguments[]) {
  const char *program = getenv("NETEM_PROGRAM");
  int fd = opened(namespace, O_RDONLY);
  if (setns(fd, CLONE_NEWNET) < 0) fail(namespace);
  unsetenv("NETEM_NAMESPACE");
  if (program == NULL) {
    fputs("link: NETEM_PROGRAM: expected a program, got nothing\n", stderr);
    exit(1);
  }
  execvp(program, arguments);
  fail(program);
}

int main(int count, char *arguments[]) {
  (void)count;
  const char *namespace = getenv("NETEM_NAMESPACE");
  if (namespace != NULL) become(namespace, arguments);

  for (int i = 0; i < 2; i += 1) {
    directions[i].queue = 1e3;
    directions[i].packets = malloc(PLACES * sizeof(struct packet));
    if (directions[i].packets == NULL) fail("memory");
  }
  srand48(time(NULL) ^ getpid());
  int devices[2];
  set_up(devices);
  /* On a busy machine, packets would wait for this program otherwise. */
  sched_setscheduler(0, SCHED_FIFO, &(struct sched_param){.sched_priority = 1});

  for (;;) {
    double first = let_out(&directions[0], devices[1]);
    double second = let_out(&directions[1], devices[0]);
    double wait = first < second ? first : second;
    struct timespec until = {.tv_sec = wait / 1e3, .tv_nsec = 0};
    until.tv_nsec = (wait - until.tv_sec * 1e3) * 1e6;
    struct pollfd events[3] = {{.fd = devices[0], .events = POLLIN},
                               {.fd = devices[1], .events = POLLIN},
                               {.fd = STDIN_FILENO, .events = POLLIN}};
    if (ppoll(events, 3, &until, NULL) <= 0) continue;
    /* Packets first: what was sent before an order passes as it did then. */
    for (int i = 0; i < 2; i += 1) {
      if (events[i].revents) take(&directions[i], devices[i]);
    }
    if (events[2].revents) listen_to_input();
  }
}
